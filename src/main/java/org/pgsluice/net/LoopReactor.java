package org.pgsluice.net;

/** What both transports have in common: the {@link Loop} on its thread, with its tasks, timers and clock, and the buffers. */
abstract sealed class LoopReactor implements ThreadedReactor permits EpollReactor, NioReactor {
    final Loop loop;
    final Buffers buffers = new Buffers();

    private final int index;
    private final Incidents incidents;

    LoopReactor(int index, Incidents incidents) {
        this.index = index;
        this.incidents = incidents;
        loop = new Loop(index, incidents, poller());
    }

    /** The transport's sockets. Called by the constructor, before the transport has its fields; the loop asks for nothing before {@link #start}. */
    abstract Loop.Poller poller();

    Incidents incidents() {
        return incidents;
    }

    void uncaught(Throwable thrown) {
        loop.uncaught(thrown);
    }

    @Override
    public void start() {
        loop.start();
    }

    @Override
    public void stop() {
        loop.stop();
    }

    @Override
    public boolean awaitStopped(long millis) throws InterruptedException {
        return loop.awaitStopped(millis);
    }

    @Override
    public long takeLongestTurn() {
        assert inReactor();
        return loop.takeLongestTurn();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inReactor() {
        return loop.inReactor();
    }

    @Override
    public long nanoTime() {
        assert inReactor();
        return loop.now();
    }

    @Override
    public long freshNanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        assert inReactor();
        return loop.schedule(delayNanos, task);
    }

    @Override
    public Timer scheduleLazily(long delayNanos, Runnable task) {
        assert inReactor();
        return loop.scheduleLazily(delayNanos, task);
    }

    @Override
    public Buffers buffers() {
        assert inReactor();
        return buffers;
    }
}
