package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswdUsersTest {
    @Test
    void namesAreThoseOfTheSystem() {
        PasswdUsers users = new PasswdUsers();

        assertThat(users.name(0)).isEqualTo("root");
        assertThat(users.name(3_999_999_999L)).isNull();
        assertThat(users.name(-1)).isNull();
    }
}
