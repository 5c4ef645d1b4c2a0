package org.pgsluice.advice;

/** Looks at the facts for one thing, and says what it finds. */
@FunctionalInterface
interface Rule {
    void examine(Facts facts, Findings findings);
}
