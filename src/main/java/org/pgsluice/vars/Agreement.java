package org.pgsluice.vars;

/**
 * What connections share that were found to have the same values in everything, so that they need not be compared again. Whoever changes a value leaves it. Of
 * two the older one counts, so that all who are alike come to share one.
 */
record Agreement(long number) {}
