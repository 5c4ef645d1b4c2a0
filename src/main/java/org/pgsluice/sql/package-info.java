/**
 * What a statement's text may do to the session of its server: a lexer that suspects, never a parser that knows. Pure; used on the threads of reactors. Truth
 * is the server's.
 */
@NullMarked
package org.pgsluice.sql;

import org.jspecify.annotations.NullMarked;
