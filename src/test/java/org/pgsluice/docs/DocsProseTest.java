package org.pgsluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages are written to be read: short sentences, and lines that fit a window. Tables and code are looked at by their readers alone. */
class DocsProseTest {
    /** What is beyond this wants to be two sentences. */
    private static final int WORDS = 25;

    private static final int COLUMNS = 160;

    @Test
    void noSentenceIsTooLongToRead() {
        List<String> tooLong = new ArrayList<>();
        for (Page page : Page.all()) {
            for (Page.Sentence sentence : page.sentences()) {
                if (sentence.words() > WORDS) {
                    tooLong.add(page.path() + ":" + sentence.line() + ": " + sentence.words() + " words: " + sentence.text());
                }
            }
        }

        assertThat(tooLong).as("sentences of more than %d words", WORDS).isEmpty();
    }

    @Test
    void noLineOfProseIsTooWide() {
        List<String> tooWide = new ArrayList<>();
        for (Page page : Page.all()) {
            for (int number : page.proseLines()) {
                String line = page.lines().get(number - 1);
                if (line.length() > COLUMNS) {
                    tooWide.add(page.path() + ":" + number + ": " + line.length() + " columns");
                }
            }
        }

        assertThat(tooWide).as("lines of more than %d columns", COLUMNS).isEmpty();
    }

    @Test
    void sentencesAreToldApart() {
        Page page = new Page(Path.of("x.md"), List.of("# A heading", "", "One is here. [Two](to.md) is", "`there`, e.g. now.", "", "- An item",
                "- Another: it ends so.", "| a. B | c |"));

        assertThat(page.sentences()).extracting(Page.Sentence::text).containsExactly("One is here.", "Two is `there`, e.g. now.", "An item",
                "Another: it ends so.");
        assertThat(page.sentences()).extracting(Page.Sentence::words).containsExactly(3, 5, 2, 4);
    }
}
