package org.pgsluice.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.pgsluice.check.Machine;
import org.pgsluice.config.Config;
import org.pgsluice.log.Level;
import org.pgsluice.log.Log;
import org.pgsluice.pooler.Access;
import org.pgsluice.pooler.Encryption;
import org.pgsluice.pooler.StartFailure;

/** The machine that this process runs on, for {@code pgsluice check}. */
final class ThisMachine implements Machine {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int STATE_LISTEN = 0x0a;

    @Override
    public List<String> refusals(Config config) {
        List<String> refusals = new ArrayList<>();
        Access.isGood(config, new Errors(refusals));
        try {
            Encryption.atStart(config);
            Names.of(config);
        } catch (StartFailure e) {
            refusals.add(String.valueOf(e.getMessage()));
        }
        return refusals;
    }

    /** Keeps what a start would refuse. */
    private record Errors(List<String> texts) implements Log {
        @Override
        public void write(Level level, String message) {
            if (level.compareTo(Level.ERROR) <= 0) {
                texts.add(message);
            }
        }

        @Override
        public boolean isOn(Level level) {
            return level.compareTo(Level.ERROR) <= 0;
        }
    }

    @Override
    public boolean canBeResolved(String host) {
        try {
            return InetAddress.getAllByName(host).length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public boolean isListenedOn(int port) {
        return listens(Path.of("/proc/net/tcp"), port) || listens(Path.of("/proc/net/tcp6"), port);
    }

    /** A line has number, local address, remote address and state, all in hexadecimal; the port stands behind the colon. */
    private static boolean listens(Path table, int port) {
        try {
            for (String line : Files.readAllLines(table)) {
                String[] words = line.strip().split("\\s+");
                boolean row = words.length > 3 && words[0].endsWith(":");
                if (row && Integer.parseInt(words[3], 16) == STATE_LISTEN
                        && Integer.parseInt(words[1].substring(words[1].indexOf(':') + 1), 16) == port) {
                    return true;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return false; // a system without such a table: --connect finds out
        }
        return false;
    }

    @Override
    public long mostOpenFiles() {
        FileLimits limits = FileLimits.current();
        return limits == null ? -1 : limits.hard();
    }

    @Override
    public boolean isReadableByAll(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    @Override
    public boolean isWritableDirectory(Path directory) {
        return Files.isDirectory(directory) && Files.isWritable(directory);
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress unix) {
            SocketChannel.open(unix).close();
            return;
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
        }
    }

    @Override
    public void bind(InetSocketAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
        }
    }
}
