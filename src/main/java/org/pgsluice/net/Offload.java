package org.pgsluice.net;

import java.util.concurrent.Callable;

/** Where work goes that would block a reactor: name look-ups, files, key derivation. A bounded executor in the product, the event queue in the simulation. */
public interface Offload {
    /** Runs {@code work} elsewhere and then {@code then} on {@code reactor}. Any thread. An exception of the work arrives as the failure. */
    <T> void call(Callable<T> work, Reactor reactor, Completion<T> then);

    /** What came of it; exactly one method is called. */
    interface Completion<T> {
        void onDone(T result);

        void onFailed(Exception failure);
    }
}
