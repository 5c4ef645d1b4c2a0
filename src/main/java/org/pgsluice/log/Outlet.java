package org.pgsluice.log;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongFunction;

/** A place that lines go to. Those that it does not take are lost, as with a full disk or a closed terminal, and counted. Guarded by its owner's lock. */
final class Outlet {
    private final OutputStream stream;
    private long lost;
    private boolean cut;

    Outlet(OutputStream stream) {
        this.stream = stream;
    }

    static Outlet ofStandardError() {
        Pipe pipe = Pipe.ofStandardError();
        return new Outlet(pipe == null ? new FileOutputStream(FileDescriptor.err) : pipe);
    }

    /** A file that lines are added to, made where there is none. */
    static Outlet ofFile(String name) throws IOException {
        Pipe pipe = Pipe.named(name);
        return new Outlet(pipe == null ? new FileOutputStream(name, true) : pipe);
    }

    /**
     * Writes a line, or loses it.
     *
     * @param notice the line that says how many were lost, which stands ahead of the first that is not
     */
    void put(byte[] line, LongFunction<byte[]> notice) {
        try {
            stream.write(lost == 0 ? line : behind(notice.apply(lost), line));
            lost = 0;
            cut = false;
        } catch (IOException e) {
            lost++; // a full disk or a closed terminal must not stop the pooler, and there is no better place to complain
            // Of a file it is not known. An empty line is better than two in one.
            cut |= !(stream instanceof Pipe pipe) || pipe.isCut();
        }
    }

    /** In one piece: a notice that has room where its line has none would come again and again. */
    private byte[] behind(byte[] notice, byte[] line) {
        ByteArrayOutputStream both = new ByteArrayOutputStream(1 + notice.length + line.length);
        if (cut) {
            both.write('\n');
        }
        both.writeBytes(notice);
        both.writeBytes(line);
        return both.toByteArray();
    }

    void close() {
        try {
            stream.close();
        } catch (IOException e) {
            return; // what was written is written
        }
    }
}
