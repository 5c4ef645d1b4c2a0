package org.pgsluice.config;

/** A constant that is written as a word in configuration files; the word is PgBouncer's. */
interface Word {
    String word();
}
