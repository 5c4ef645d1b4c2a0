# The pooler's image. Build it at the root of the repository: docker build -t pgsluice .
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
COPY packaging/runtime packaging/runtime
RUN packaging/runtime /dist/jre
COPY pom.xml ./
COPY src ./src
COPY pgsluice ./
RUN --mount=type=cache,target=/root/.m2 mvn -B -q -Dmaven.test.skip=true package \
    && install -D -m 755 pgsluice /dist/pgsluice \
    && install -m 644 target/pgsluice.jar /dist/pgsluice.jar

# The runtime needs a C library and zlib, OpenSSL 3 is the newest long-supported one, and the launcher needs a shell.
FROM debian:13-slim
# psql is in the image for the health check and for the console: psql -d pgbouncer -c 'SHOW POOLS'. pgrep, killall and their like are for hooks;
# OpenSSL, libldap and libpam are loaded when the configuration asks for them.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libldap2 libpam0g libssl3t64 postgresql-client procps psmisc \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /dist /opt/pgsluice/lib/pgsluice
COPY --chmod=755 packaging/image/entrypoint.sh /usr/local/bin/docker-entrypoint.sh
COPY --chmod=755 packaging/image/healthcheck.sh /usr/local/bin/docker-healthcheck.sh
# The archive keeps what the JVM has loaded by the end of a start, which later starts are quicker by.
RUN --mount=type=bind,source=packaging/image,target=/image mkdir /opt/pgsluice/bin \
    && ln -s ../lib/pgsluice/pgsluice /opt/pgsluice/bin/pgsluice \
    && sh /image/layout.sh / \
    && /opt/pgsluice/bin/pgsluice archive

# The entrypoint writes both files, readable for its user only, so that psql inside the container needs no password.
ENV PGPASSFILE=/run/pgsluice/pgpass PGSERVICEFILE=/run/pgsluice/pg_service.conf
USER 10001
WORKDIR /run/pgsluice
EXPOSE 5432 6432
# INT ends what is running in transactions and then closes idle clients. TERM would wait until every client has gone,
# which an application with persistent connections never does.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["docker-healthcheck.sh"]
ENTRYPOINT ["docker-entrypoint.sh"]
