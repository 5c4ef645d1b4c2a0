package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            postgres://u:p@h:1/d                    | u   | p     | h         | 1    | d
            postgresql://u:p@h/d                    | u   | p     | h         | -    | d
            POSTGRES://h                            | -   | -     | h         | -    | -
            postgresql+psycopg2://u:p@h/d           | u   | p     | h         | -    | d
            postgresql+asyncpg://u:p@h/d            | u   | p     | h         | -    | d
            ecto://u:p@h/d                          | u   | p     | h         | -    | d
            jdbc:postgresql://h:1/d?user=u&password=p | u | p     | h         | 1    | d
            postgres://u@h/                         | u   | -     | h         | -    | -
            postgres://h:5433                       | -   | -     | h         | 5433 | -
            postgres://u:p@[::1]:5433/d             | u   | p     | ::1       | 5433 | d
            postgres://u:p@[fe80::1]/d              | u   | p     | fe80::1   | -    | d
            postgres://[::1]:5433/d                 | -   | -     | ::1       | 5433 | d
            postgres://u%40x:p%3A%2F%25@h/d%20e     | u@x | p:/%  | h         | -    | d e
            postgres://u:p@w@h/d                    | u   | p@w   | h         | -    | d
            postgres://u:p/w@h/d                    | u   | p/w   | h         | -    | d
            postgres://u:p?w@h/d                    | u   | p?w   | h         | -    | d
            postgres://u:100%sure@h/d               | u   | 100%sure | h      | -    | d
            postgres://u:a+b%@h/d                   | u   | a+b%  | h         | -    | d
            postgres://h:5432/d@x                   | -   | -     | h         | 5432 | d@x
            postgres://u:p@h1:5433,h2:5433/d        | u   | p     | h1,h2     | 5433 | d
            postgres://u:p@%2Fvar%2Frun/d           | u   | p     | /var/run  | -    | d
            postgres:///d                           | -   | -     | -         | -    | d
            """)
    void partsAreFoundAndDecoded(String url, String user, String password, String host, String port, String database) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);

        assertThat(parsed.user()).isEqualTo(user);
        assertThat(parsed.password()).isEqualTo(password);
        assertThat(parsed.database()).isEqualTo(database);
        assertThat(parsed.pairs().get("host")).isEqualTo(host);
        assertThat(parsed.pairs().get("port")).isEqualTo(port);
    }

    @Test
    void parametersAreDecoded() {
        assertThat(DatabaseUrl.parse("postgres:///d?host=%2Ftmp&a=b%26c&empty=&flag&=x").pairs()).isEqualTo(Map.of("host", "/tmp", "a", "b&c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "h", "mysql://h/d", "mysql+postgres://h/d", "jdbc:mysql://h/d", "://h", "postgres:/h/d",
        "postgres://[::1/d", "postgres://a:1,b:2/d"
    })
    void otherTextsAreRefused(String url) {
        assertThat(DatabaseUrl.parse(url)).isNull();
    }

    @Test
    void listIsSplitWhereAUrlBegins() {
        assertThat(DatabaseUrl.split("postgres://h1,h2/a, postgres://h3/b,")).containsExactly("postgres://h1,h2/a", " postgres://h3/b,");
        assertThat(DatabaseUrl.split("")).isEmpty();
    }

    @Test
    void secretIsNotShown() {
        assertThat(DatabaseUrl.parse("postgres://u:geheim@h/d").toString()).doesNotContain("geheim");
    }
}
