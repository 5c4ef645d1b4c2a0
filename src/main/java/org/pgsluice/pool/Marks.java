package org.pgsluice.pool;

/**
 * Told of what happens, so that tests know what their runs have seen. Its methods are called in assertions alone, and say true: where assertions are off, as in
 * production, a mark costs nothing. Any thread, also under the books' lock.
 */
public interface Marks {
    /** Nobody is told. */
    Marks NONE = new Marks() {
        @Override
        public boolean seen(Object what) {
            return true;
        }

        @Override
        public boolean moved(Enum<?> from, Enum<?> to) {
            return true;
        }
    };

    /** A verdict or decision was made: an enum's constant, or an object that stands for its class. */
    boolean seen(Object what);

    /** A client or server goes from one state to another. */
    boolean moved(Enum<?> from, Enum<?> to);
}
