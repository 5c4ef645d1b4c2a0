package org.pgsluice.process;

/** The signals that the pooler acts on, with Linux's numbers on x86-64 and ARM64. */
public enum ProcessSignal {
    HUP(1),
    INT(2),
    QUIT(3),
    USR1(10),
    USR2(12),
    TERM(15);

    private final int number;

    ProcessSignal(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    long bit() {
        return 1L << (number - 1);
    }
}
