package org.pgsluice.notify;

import org.pgsluice.wire.Notification;

/** A client that subscribes to channels of its pool's hub. All calls come on its reactor, those of one hub in the order in which things happened there. */
public interface Subscriber {
    /** PostgreSQL has notified one of its channels. */
    void onNotification(Notification notification);

    /** The hub has heard the marker of that number: what it said before was notified before the marker was. */
    void onMarker(long number);

    /** The hub listens to all channels that were asked for. */
    void onLive();

    /** The hub has no server: the subscriber gives it its own ({@link Hub#give}) or says that it cannot ({@link Hub#seek}). */
    void onServerWanted();

    /** The hub's server is lost, and perhaps notifications are; {@code why} it is. */
    void onLost(String why);

    /** There is no server for the hub to listen with; {@code why} says so for a client. */
    void onRefused(String why);
}
