package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileLimitsTest {
    @Test
    void readsTheKernelsTable() {
        assertThat(FileLimits.parse("Max open files            1024                 524288               files     ")).isEqualTo(new FileLimits(1024, 524288));
        assertThat(FileLimits.parse("Max open files            unlimited            unlimited            files")).isEqualTo(new FileLimits(-1, -1));
    }

    @Test
    void lineIsPgBouncers() {
        assertThat(new FileLimits(1024, 4096).text(100, 130))
                .isEqualTo("kernel file descriptor limit: 1024 (hard: 4096); max_client_conn: 100, max expected fd use: 130");
    }
}
