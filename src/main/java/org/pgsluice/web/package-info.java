/**
 * What can be seen of the pooler over HTTP: metrics, probes, the configuration and the page. Nothing of it is loaded without {@code http_listen}. It runs on
 * threads of its own, which may wait; it sees the pooler through {@link org.pgsluice.admin.view.PoolerView}, as the console does.
 */
@NullMarked
package org.pgsluice.web;

import org.jspecify.annotations.NullMarked;
