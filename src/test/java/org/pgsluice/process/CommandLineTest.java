package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.pooler.Version;

class CommandLineTest {
    @Test
    void shortOptionsCombineAndMayFollowTheFile() {
        assertThat(parse("a.ini", "-qvvdunobody", "-R")).isEqualTo(new CommandLine.Run("a.ini", true, true, true, false, 2, "nobody"));
    }

    @Test
    void longOptionsMayBeShortenedWhileTheyAreUnique() {
        assertThat(parse("--da", "--user", "u", "--verb", "--", "-x")).isEqualTo(new CommandLine.Run("-x", true, false, false, false, 1, "u"));
        assertThat(parse("--user=u")).isEqualTo(new CommandLine.Run(null, false, false, false, false, 0, "u"));
        assertThat(mistake("--ver")).startsWith("exe: option '--ver' is ambiguous; possibilities: '--verbose' '--version'\n");
    }

    @Test
    void mistakesNameTheOption() {
        assertThat(mistake("--bogus")).isEqualTo("exe: unrecognized option '--bogus'\nTry \"exe --help\" for more information.\n");
        assertThat(mistake("--aemon")).startsWith("exe: unrecognized option '--aemon'\n");
        assertThat(mistake("-qX")).startsWith("exe: invalid option -- 'X'\n");
        assertThat(mistake("-u")).startsWith("exe: option requires an argument -- 'u'\n");
        assertThat(mistake("--user")).startsWith("exe: option '--user' requires an argument\n");
        assertThat(mistake("--quiet=3")).startsWith("exe: option '--quiet' doesn't allow an argument\n");
        assertThat(mistake("a", "b")).isEqualTo("exe: no configuration file specified\nTry \"exe --help\" for more information.\n");
    }

    @Test
    void theFirstWordThatDecidesWins() {
        assertThat(parse("-Vh")).isEqualTo(new CommandLine.Answer(Version.text()));
        assertThat(parse("--he", "-X")).isEqualTo(new CommandLine.Answer(CommandLine.help("exe")));
        assertThat(parse("-X", "--help")).isInstanceOf(CommandLine.Mistake.class);
    }

    @Test
    void firstLineOfVersionIsPgBouncers() {
        assertThat(Version.text().lines().findFirst()).contains("PgBouncer 1.26.1");
    }

    private static CommandLine parse(String... words) {
        return CommandLine.parse("exe", List.of(words));
    }

    private static String mistake(String... words) {
        return ((CommandLine.Mistake) parse(words)).text();
    }
}
