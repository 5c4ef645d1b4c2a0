package org.pgsluice.auth;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Asks for the password itself and has a {@link PasswordJudge} say whether it is right. */
public final class JudgedAuth implements ClientAuth {
    private final PasswordJudge judge;
    private final String user;
    private final String from;
    private byte[] password = AuthFrames.NOTHING;

    /** Written by the thread that asks, before it hands back. */
    private volatile @Nullable String wrong = "nobody was asked";

    public JudgedAuth(PasswordJudge judge, String user, String from) {
        this.judge = judge;
        this.user = user;
        this.from = from;
    }

    @Override
    public Step start() {
        return new Step.Send(AuthFrames.authentication(AuthFrames.CLEARTEXT_PASSWORD, AuthFrames.NOTHING));
    }

    @Override
    public int longestBody() {
        return MAX_BODY;
    }

    @Override
    public Step onMessage(ByteBuffer body) {
        byte[] given = PasswordBody.read(body);
        if (given == null) {
            return new Step.Rejected(judge.name() + " authentication failed");
        }
        if (given.length == 0) {
            // To a directory a name without a password is nobody in particular, and welcome.
            return PasswordBody.EMPTY;
        }
        password = given;
        return new Step.Ask(judge.kind(), judge.name() + " authentication", () -> wrong = judge.wrong(user, given, from));
    }

    @Override
    public Step resume() {
        return wrong == null ? new Step.Accepted(AuthFrames.NOTHING) : new Step.Rejected(judge.name() + " authentication failed");
    }

    @Override
    public @Nullable String detail() {
        return wrong;
    }

    /** The user that has been let in, with what servers may be shown. */
    public Credentials user() {
        return judge.passwordIsTheServers() ? new Credentials(user, new StoredSecret.Plain(password)) : Credentials.none(user);
    }
}
