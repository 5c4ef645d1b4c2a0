package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CloseReasonTest {
    @Test
    void detailStandsWhereTheTextVaries() {
        assertThat(CloseReason.CLIENT_DATABASE_DISABLED.text("app")).isEqualTo("database \"app\" is disabled");
        assertThat(CloseReason.SERVER_LOGIN_REFUSED.text("role \"%s\" $1 does not exist")).isEqualTo("role \"%s\" $1 does not exist");
        assertThat(CloseReason.CLIENT_EOF.text(null)).isEqualTo("client unexpected eof");
    }

    @Test
    void detailIsThereExactlyWhenTheTextVaries() {
        assertThatThrownBy(() -> CloseReason.CLIENT_EOF.text("why")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> CloseReason.CLIENT_NO_SUCH_DATABASE.text(null)).isInstanceOf(AssertionError.class);
    }

    @Test
    void labelsAreWords() {
        for (CloseReason reason : CloseReason.values()) {
            assertThat(reason.label()).matches("[a-z][a-z_]+");
        }
    }
}
