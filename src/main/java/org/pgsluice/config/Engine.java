package org.pgsluice.config;

/** Which kind of reactor carries the connections; {@code auto} takes the fastest that works on this system. */
public enum Engine implements Word {
    AUTO("auto"),
    EPOLL("epoll"),
    NIO("nio");

    private final String word;

    Engine(String word) {
        this.word = word;
    }

    /** The word in files and in SHOW CONFIG. */
    @Override
    public String word() {
        return word;
    }
}
