/**
 * The registry of settings, the readers of ini files and of the environment, and the immutable tree that the rest of the program asks. Defaults exist
 * only in the registry. May use no other room; its values are immutable and may be read on any thread.
 */
@NullMarked
package org.pgsluice.config;

import org.jspecify.annotations.NullMarked;
