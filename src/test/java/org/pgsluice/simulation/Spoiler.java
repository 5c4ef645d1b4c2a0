package org.pgsluice.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes something else of the bytes of a message or a record: up to four changes of the kinds that parsers trip over. One thread. */
final class Spoiler {
    /** What a length, a count or a code is when it is wrong. */
    private static final int[] ODD = {0, 1, 3, 4, 5, 7, 8, 9, 255, 10_000, 10_001, 65_535,
            80_877_102, 80_877_103, 80_877_104, 196_608, 196_610, 0x7fffffff, -1, -8, 1 << 31};

    private final SplittableRandom random;

    Spoiler(SplittableRandom random) {
        this.random = random;
    }

    byte[] spoil(byte[] given) {
        byte[] bytes = given.clone();
        for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private byte[] change(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(9)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> join(bytes, bytes.length, noise(random.nextInt(1, 400)), bytes.length);
            case 2 -> join(bytes, at, noise(random.nextInt(1, 20)), at);
            case 3 -> join(bytes, at, new byte[0], Math.min(bytes.length, at + random.nextInt(1, 9)));
            case 4 -> join(bytes, at, Arrays.copyOfRange(bytes, 0, at), at); // the beginning once more
            case 5 -> bytes.length < 5 ? bytes : put(bytes, random.nextInt(2) * random.nextInt(2), ODD[random.nextInt(ODD.length)]);
            case 6 -> bytes.length < 4 ? bytes : put(bytes, random.nextInt(bytes.length - 3), ODD[random.nextInt(ODD.length)]);
            case 7 -> random.nextInt(8) == 0 ? noise(random.nextInt(1, 2_000)) : bytes;
            default -> at == bytes.length ? bytes : flip(bytes, at);
        };
    }

    private byte[] flip(byte[] bytes, int at) {
        bytes[at] ^= (byte) (random.nextBoolean() ? 1 << random.nextInt(8) : random.nextInt(256));
        return bytes;
    }

    /** The bytes before {@code from}, {@code between}, and those from {@code to} on. */
    private static byte[] join(byte[] bytes, int from, byte[] between, int to) {
        byte[] joined = new byte[from + between.length + bytes.length - to];
        System.arraycopy(bytes, 0, joined, 0, from);
        System.arraycopy(between, 0, joined, from, between.length);
        System.arraycopy(bytes, to, joined, from + between.length, bytes.length - to);
        return joined;
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] put(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >>> 24 - 8 * i);
        }
        return bytes;
    }
}
