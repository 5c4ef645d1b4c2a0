package org.pgsluice.admin.view;

/** Whether the pooler as a whole works, is paused, or is suspended. */
public enum PoolerState {
    ACTIVE,
    PAUSED,
    SUSPENDED
}
