/**
 * The built program in front of real PostgreSQL servers, used through the JDBC driver. The property {@code pooler} names another program to test, such as
 * PgBouncer, so that a test can be held against it.
 */
package org.pgsluice.it;
