package org.pgsluice.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * SASLprep (RFC 4013) of passwords, exactly as PostgreSQL does it, because both ends must hash the same bytes: what is not valid UTF-8, or holds
 * characters that the profile forbids, is used as it is; the forbidden are looked for before normalization, not after. Stateless.
 */
final class SaslPrep {
    private SaslPrep() {}

    /** The bytes to hash for a password of these bytes; the same array if nothing changes. */
    static byte[] prepare(byte[] password) {
        return isAscii(password) ? password : prepareUnicode(password);
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] prepareUnicode(byte[] password) {
        int[] points;
        try {
            points = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString().codePoints().toArray();
        } catch (CharacterCodingException e) {
            return password;
        }
        StringPrepTables tables = new StringPrepTables();
        int count = 0;
        for (int point : points) {
            if (tables.isNonAsciiSpace(point)) {
                points[count++] = ' ';
            } else if (!tables.isMappedToNothing(point)) {
                points[count++] = point;
            }
        }
        if (count == 0) {
            return password;
        }
        for (int i = 0; i < count; i++) {
            if (tables.isProhibited(points[i]) || tables.isUnassigned(points[i])) {
                return password;
            }
        }
        if (!isBidirectionalTextInOrder(points, count)) {
            return password;
        }
        return Normalizer.normalize(new String(points, 0, count), Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 3454, section 6: with any right-to-left character, no left-to-right one, and right-to-left at both ends. */
    private static boolean isBidirectionalTextInOrder(int[] points, int count) {
        boolean rightToLeft = false;
        boolean leftToRight = false;
        for (int i = 0; i < count; i++) {
            rightToLeft |= isRightToLeft(points[i]);
            leftToRight |= Character.getDirectionality(points[i]) == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
        }
        return !rightToLeft || !leftToRight && isRightToLeft(points[0]) && isRightToLeft(points[count - 1]);
    }

    private static boolean isRightToLeft(int point) {
        byte direction = Character.getDirectionality(point);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }
}
