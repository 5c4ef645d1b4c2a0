package org.pgsluice.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Gather;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.sql.Suspicions;
import org.pgsluice.wire.Notification;
import org.pgsluice.wire.PgError;

/**
 * A tenant without a client: it sends what it has at once and whole, names no statements, and nobody is to hear of parameters or notifications. All calls come
 * on the server's reactor.
 */
public interface LoneTenant extends Tenant {
    @Override
    default boolean mayTake() {
        return true;
    }

    @Override
    default void invent(byte request, Gather into) throws IOException {
        throw new IllegalStateException("nothing was to be invented");
    }

    @Override
    default boolean onParameter(int index) {
        return false;
    }

    @Override
    default void onSettings(boolean certain) {}

    @Override
    default boolean onNotification(Notification notification) {
        return false;
    }

    @Override
    default byte @Nullable [] beforeReady(byte status, boolean settled) {
        return new byte[0];
    }

    @Override
    default @Nullable ClientStatements names() {
        return null;
    }

    @Override
    default void onDeallocated() {}

    @Override
    default void onReady(byte status, boolean settled) {}

    @Override
    default boolean midRequest() {
        return false;
    }

    @Override
    default void onServerDrained() {}

    @Override
    default void onBridged(@Nullable PgError refusal) {}

    @Override
    default @Nullable Suspicions suspicions() {
        return null;
    }

    @Override
    default void onAsked() {}
}
