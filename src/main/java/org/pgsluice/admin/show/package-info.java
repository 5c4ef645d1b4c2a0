/**
 * The tables of SHOW: columns with name, type and a function from a row of the view. Pure: a snapshot goes in, bytes of RowDescription and DataRow come out,
 * in text or binary format. A new column is one line here.
 */
@NullMarked
package org.pgsluice.admin.show;

import org.jspecify.annotations.NullMarked;
