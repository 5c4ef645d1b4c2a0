package org.pgsluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever reads the first page finds all others. */
class DocsIndexTest {
    @Test
    void everyPageIsLinkedFromTheFirst() throws IOException {
        String index = Files.readString(Path.of("docs/index.md"));
        List<String> pages;
        try (var files = Files.list(Path.of("docs"))) {
            pages = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".md") && !name.equals("index.md")).sorted().toList();
        }

        assertThat(pages).isNotEmpty().allSatisfy(page -> assertThat(index).contains("](" + page));
    }

    @Test
    void readmeLeadsToIt() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("](docs/index.md)");
    }
}
