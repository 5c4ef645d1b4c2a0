package org.pgsluice.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns the raw text of one type of setting into its value and back into SHOW CONFIG's text. Stateless. */
sealed interface Codec<T> {
    Parsed<T> parse(String raw);

    String show(T value);

    /** A C int within bounds. */
    record Int(int min, int max) implements Codec<Integer> {
        @Override
        public Parsed<Integer> parse(String raw) {
            Long value = CNumber.strtol(raw);
            if (value == null || value < min || value > max) {
                return new Parsed.Bad<>("a whole number from " + min + " to " + max + ", decimal, 0x hexadecimal or 0 octal");
            }
            return new Parsed.Value<>(value.intValue());
        }

        @Override
        public String show(Integer value) {
            return value.toString();
        }
    }

    /** A C unsigned int. */
    record Uint() implements Codec<Long> {
        @Override
        public Parsed<Long> parse(String raw) {
            Long value = CNumber.strtol(raw);
            if (value == null || value < 0 || value > 0xffff_ffffL) {
                return new Parsed.Bad<>("a whole number from 0 to 4294967295");
            }
            return new Parsed.Value<>(value);
        }

        @Override
        public String show(Long value) {
            return value.toString();
        }
    }

    /** Seconds as a decimal fraction, kept in microseconds, shown as C's %g shows them. */
    record Time() implements Codec<Duration> {
        private static final int MAX_DIGITS = 12;

        @Override
        public Parsed<Duration> parse(String raw) {
            int start = 0;
            while (start < raw.length() && CNumber.isSpace(raw.charAt(start))) {
                start++;
            }
            String text = raw.substring(start);
            if (isDigits(text)) {
                return new Parsed.Value<>(Duration.ofSeconds(Long.parseLong(text)));
            }
            if (isDecimal(text)) {
                double micros = Double.parseDouble(text) * 1e6;
                if (micros <= 1e18) {
                    return new Parsed.Value<>(Duration.ofNanos(0).plus((long) micros, java.time.temporal.ChronoUnit.MICROS));
                }
            }
            return new Parsed.Bad<>("a number of seconds, not negative, such as 15 or 0.5, without a unit");
        }

        private static boolean isDigits(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                    return false;
                }
            }
            return !text.isEmpty() && text.length() <= MAX_DIGITS;
        }

        /** Only what C's strtod takes as a plain decimal: Java would also take a trailing d or f. */
        private static boolean isDecimal(String text) {
            boolean digits = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                digits |= c >= '0' && c <= '9';
                if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
                    return false;
                }
            }
            if (!digits || text.charAt(0) == '-') {
                return false;
            }
            try {
                Double.parseDouble(text);
                return true;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        @Override
        public String show(Duration value) {
            if (value.getNano() == 0 && value.getSeconds() < 1_000_000) {
                return Long.toString(value.toSeconds());
            }
            double seconds = (value.toSeconds() * 1e6 + Math.floorDiv(value.getNano(), 1000)) / 1e6;
            BigDecimal rounded = new BigDecimal(seconds).round(new MathContext(6, RoundingMode.HALF_EVEN)).stripTrailingZeros();
            int exponent = rounded.precision() - rounded.scale() - 1;
            if (exponent >= -4 && exponent < 6) {
                return rounded.toPlainString();
            }
            String mantissa = rounded.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString();
            int size = Math.abs(exponent);
            return mantissa + (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
        }
    }

    /** Any text; {@code refused} is the one that is not taken. */
    record Text(@Nullable String refused) implements Codec<String> {
        @Override
        public Parsed<String> parse(String raw) {
            return raw.equals(refused) ? new Parsed.Bad<>("any name but the reserved \"" + refused + "\"") : new Parsed.Value<>(raw);
        }

        @Override
        public String show(String value) {
            return value;
        }
    }

    /** Empty, or where to listen. */
    record Address() implements Codec<String> {
        @Override
        public Parsed<String> parse(String raw) {
            return raw.isEmpty() || HostPort.parse(raw) != null
                    ? new Parsed.Value<>(raw)
                    : new Parsed.Bad<>("an address and a port, such as 127.0.0.1:9127, [::1]:9127 or *:9127");
        }

        @Override
        public String show(String value) {
            return value;
        }
    }

    /** One of a few words, in any case. */
    record OneOf<E extends Enum<E> & Word>(E[] words) implements Codec<E> {
        @Override
        public Parsed<E> parse(String raw) {
            StringBuilder allowed = new StringBuilder();
            for (E candidate : words) {
                if (candidate.word().equalsIgnoreCase(raw)) {
                    return new Parsed.Value<>(candidate);
                }
                allowed.append(allowed.isEmpty() ? "" : ", ").append(candidate.word());
            }
            return new Parsed.Bad<>(allowed.toString());
        }

        @Override
        public String show(E value) {
            return value.word();
        }
    }
}
