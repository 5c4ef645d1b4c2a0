/**
 * One connection of an application: its login, its wait for a server, and the link to it. A session stays on the reactor that accepted it. {@link
 * org.pgsluice.client.Link} is the only place where a client and a server meet.
 */
@NullMarked
package org.pgsluice.client;

import org.jspecify.annotations.NullMarked;
