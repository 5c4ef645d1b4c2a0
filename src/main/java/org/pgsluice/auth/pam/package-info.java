/**
 * Passwords that the system's authentication modules judge. Nothing of the library is loaded before a configuration asks for it. Modules may block for as long
 * as they like, on threads that wait for nothing else.
 */
@NullMarked
package org.pgsluice.auth.pam;

import org.jspecify.annotations.NullMarked;
