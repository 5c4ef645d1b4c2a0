/**
 * Passwords that an LDAP directory judges, through OpenLDAP's library, which reads its own configuration. Nothing of it is loaded before a configuration asks
 * for it. Calls block, for a bounded time each, on threads that wait for nothing else.
 */
@NullMarked
package org.pgsluice.auth.ldap;

import org.jspecify.annotations.NullMarked;
