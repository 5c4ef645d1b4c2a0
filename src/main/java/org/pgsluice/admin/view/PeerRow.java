package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/** A peer of the configuration, with its effective pool size. */
public record PeerRow(int peerId, @Nullable String host, int port, int poolSize) {}
