package org.pgsluice.auth;

import java.util.Arrays;

/**
 * The tables of RFC 3454 that SASLprep names, for Unicode 3.2, which the JDK no longer knows. Spelled as ranges: the distance from the end of the
 * previous range, then, after a dot, how many more characters there are; both in base 36. Made only for a password outside ASCII, and given up at once.
 */
final class StringPrepTables {
    /** C.1.2. */
    private static final String SPACES = "4g 4bj 1vj.b z 1b 334";

    /** B.1. */
    private static final String NOTHING = "4t ip 43a 4.2 1kt.2 2a 17rz.f 6n";

    /** C.1.2, C.2.1, C.2.2, C.3 to C.9. */
    private static final String PROHIBITED = "0.v 2n.x in.1 pn 1d 31s b1 1kh.f o.7 1b.4 6.5 328.b 4 x6n.6in y8.v 7j 6x.6 15df.7 96r.1 1eke.1 1eke.1 1eke.1 "
            + "1eke.1 1eke.1 1eke.1 1eke.1 1eke.1 1eke.1 1eke.1 1eke.1 1eke.1 1 u.2n 1egu.2t4x";

    /** A.1. */
    private static final String UNASSIGNED = "f5 i.r 2m.1 1r.g 28.f g.3 2.3 1.2 1.4 7 1 k 18 13.8 3r 1z 12.1 2.5 g.w 12.1 7 13 2.5 h n a.a r.4 5.m 1.d 1.2 "
            + "1 q.4 m.9 3y.1 f e u.2 r.1g 1e.9a 3 1h.1 i.1 5.2 p.f 3 8.1 2.1 m 7 1.2 4.1 1 7.1 2.1 3.8 1.3 2 5.1 l.6 1.1 "
            + "6.3 2.1 m 7 2 2 2.1 1 5.3 2.1 3.a 4 1.6 f.b 3 7 1 3 m 7 2 5.1 a 3 3.1 1.e 1.4 a.g 3 8.1 2.1 m 7 2.1 4.1 8.2 "
            + "2.1 3.7 2.3 2 3.3 b.g 2 6.2 3 4.2 2 1 2.2 2.2 3.2 8 3.3 5.2 3 4.8 1.e c.d 3 8 3 n a 5.3 7 3 4.6 2.8 2.3 a.h 2 "
            + "8 3 n a 5.3 7 3 4.6 2.6 1 2.3 a.h 2 8 3 n g.3 6.1 3 4.8 1.7 2.3 a.h 2 i.2 o 9 1.1 7.2 1.3 6 1 8.h 3.b 1m.3 "
            + "t.10 2 1.1 2 1.1 1.5 4 7 3 1 1.1 2 d 3.1 5 1 6.1 a.1 2.x 20 y.5 r.3 8 10 f.1 1.1b y 5 2 7.2 4.5 q.1x 12.9 "
            + "15.1 1.3 2i.4 1w.4 2a.5 7 1r 1 4.1 7 1 4.1 13 1 4.1 v 1 4.1 7 1 4.1 7 7 n v 1 4.1 7 13 j.5 s.y 2d.b hi.8 t.2 "
            + "29.e d 7.a n.8 k.b d 3 2.b 2l.2 a.l f a.5 2g.7 16.11x 4c.3 2i.5 m.1 6.1 12.1 6.1 8 1 1 1 v.1 1h f e.1 6 j.1 3 "
            + "9 2b.3 1.6 5.5 8.1 r.g i.t r.k 1n.1 f.6 1d.b fz.1c 13.o b.k 4f 7o.1 2 2t.1 a.3a 4 4.1 s z 1 4.2 1 7.1 1g.2 o "
            + "e.g s.3 ls.ov q 2h.b 5y.p c.3 1s 2e.1 2v.4 14.3 2m 14.1j 19.2 10.c 17.2 25.3 1b 3b.3 2r.1 v 52u.21 g4m.2h "
            + "wd.2 1j.1fc 8mc.2j 6r2.1 1n.44 7.b 5.4 q 5 1 2 2 30.w a5.f 1s.1 1i.7 19.2 g.f 4.b n.1 a j 4.3 5 3r.1 1 5a.2 "
            + "6.1 6.1 6.1 3.2 7 7.9 7.lb v 4.b r.50 12.1 12.148h 6u.9 13.2 50.f5 2d 1z 2.1 1.1 2.1 4 c 1 4 2 1t 4.1 8 7 s 4 "
            + "5 1.2 7 9e.3 82.3 1e.7wd wyh.g14 f2.15r 2.1ekd 2.1ekd 2.1ekd 2.1ekd 2.1ekd 2.1ekd 2.1ekd 2.1ekd 2.1ekd 2.1ekd "
            + "2.1ekd 2 1.t 2o.1egt";

    private final int[] spaces = ranges(SPACES);
    private final int[] nothing = ranges(NOTHING);
    private final int[] prohibited = ranges(PROHIBITED);
    private final int[] unassigned = ranges(UNASSIGNED);

    boolean isNonAsciiSpace(int point) {
        return contains(spaces, point);
    }

    boolean isMappedToNothing(int point) {
        return contains(nothing, point);
    }

    boolean isProhibited(int point) {
        return contains(prohibited, point);
    }

    boolean isUnassigned(int point) {
        return contains(unassigned, point);
    }

    /** Firsts at even indexes, each followed by the first beyond its range. */
    private static int[] ranges(String spelled) {
        String[] words = spelled.split(" ");
        int[] ranges = new int[2 * words.length];
        int at = 0;
        for (int i = 0; i < words.length; i++) {
            int dot = words[i].indexOf('.');
            at += Integer.parseInt(dot < 0 ? words[i] : words[i].substring(0, dot), 36);
            ranges[2 * i] = at;
            at += 1 + (dot < 0 ? 0 : Integer.parseInt(words[i].substring(dot + 1), 36));
            ranges[2 * i + 1] = at;
        }
        return ranges;
    }

    private static boolean contains(int[] ranges, int point) {
        // An exact hit is a first at an even index; the insertion point within a range is odd, which makes the negative result even.
        return Arrays.binarySearch(ranges, point) % 2 == 0;
    }
}
