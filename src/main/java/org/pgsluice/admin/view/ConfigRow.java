package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/**
 * A setting as SHOW CONFIG shows it. Whoever fills it masks secrets.
 *
 * @param value null when unset
 * @param defaultValue null when the default is unset
 * @param changeable whether a reload changes it
 */
public record ConfigRow(String key, @Nullable String value, @Nullable String defaultValue, boolean changeable) {}
