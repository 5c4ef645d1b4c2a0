package org.pgsluice.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to put one write together: a run as it lies, and runs with bytes of ours between them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GatherBenchmark {
    private static final int MESSAGE = 64;

    private final StillReactor reactor = new StillReactor();
    private final Sink sink = new Sink(reactor);
    private final Outbox outbox = new Outbox(sink);
    private final Gather gather = new Gather(reactor.buffers());
    private final byte[] ours = {'1', 0, 0, 0, 4};

    @Benchmark
    public long oneRun() throws IOException {
        ByteBuffer in = reactor.buffers().in();
        in.clear().limit(MESSAGE);
        gather.begin(in, outbox);
        gather.run(0, MESSAGE);
        gather.flush();
        return sink.writes();
    }

    @Benchmark
    public long tenRunsThatTouch() throws IOException {
        ByteBuffer in = reactor.buffers().in();
        in.clear().limit(10 * MESSAGE);
        gather.begin(in, outbox);
        for (int i = 0; i < 10; i++) {
            gather.run(i * MESSAGE, (i + 1) * MESSAGE);
        }
        gather.flush();
        return sink.writes();
    }

    @Benchmark
    public long oursBetweenRuns() throws IOException {
        ByteBuffer in = reactor.buffers().in();
        in.clear().limit(2 * MESSAGE);
        gather.begin(in, outbox);
        gather.run(0, MESSAGE);
        gather.insert(ours);
        gather.run(MESSAGE, 2 * MESSAGE);
        gather.flush();
        return sink.writes();
    }
}
