package org.pgsluice.app;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.DnsHostRow;
import org.pgsluice.log.Log;
import org.pgsluice.net.Offload;
import org.pgsluice.net.RandomSource;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Resolver;

/**
 * What a {@link Pooler} is built upon: the operating system in the product, a simulated world in tests.
 *
 * @param dnsHosts what the resolver remembers, for SHOW DNS_HOSTS
 * @param engine the name of the reactors' kind, for SHOW CONFIG
 * @param ownUser the operating system's user that this process runs as, who may use the console without a password
 * @param exit ends the process with code 0
 */
public record World(
        List<? extends Reactor> reactors,
        Log log,
        InstantSource clock,
        Offload offload,
        RandomSource random,
        Resolver resolver,
        Supplier<List<DnsHostRow>> dnsHosts,
        String engine,
        @Nullable String ownUser,
        Runnable exit) {}
