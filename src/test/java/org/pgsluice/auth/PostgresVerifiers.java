package org.pgsluice.auth;

/** Secrets that PostgreSQL 15 has made of known passwords. */
final class PostgresVerifiers {
    static final String PENCIL =
            "SCRAM-SHA-256$4096:Gm2DHaO5QJl1YaZzZDRGKw==$wFvoJbXCewx/qVHUHivaMTvg8+GHPqdNPKAre4it0pg=:5YEMyIKg2/xgRsM/lzG2J12DdM/W8n5ECjhbiNiZur0=";
    static final String SEVEN =
            "SCRAM-SHA-256$4096:g1rbv44oEVbrdgsXoQ/qYg==$ijKB1ndawVr9iE2NNVKjGjVmcaWG1u5/zhz/wl7eE5I=:dyGrKJPjptrbsGArRH0sXs1wckOqitEgJwxTleOXcPg=";

    /** Password pencil, user m1. */
    static final String MD5_PENCIL_M1 = "md57474753e4b2f9e23953d5977773aabb0";

    private PostgresVerifiers() {}
}
