package org.pgsluice.admin.view;

/** The cancel requests on their way to one peer. */
public record PeerPoolRow(int peerId, int clientsActiveCancel, int clientsWaitingCancel, int serversActiveCancel, int serversLogin) {}
