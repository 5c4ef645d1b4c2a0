# The pooler's image. Build it at the root of the repository: docker build -t pgsluice .
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY pom.xml ./
COPY src ./src
COPY pgsluice ./
RUN --mount=type=cache,target=/root/.m2 mvn -B -q -Dmaven.test.skip=true package \
    && install -D -m 755 pgsluice /dist/pgsluice \
    && install -m 644 target/pgsluice.jar /dist/pgsluice.jar

FROM eclipse-temurin:25-jre
# psql is in the image for the health check and for the console: psql -d pgbouncer -c 'SHOW POOLS'. pgrep, killall and their like are for hooks.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client procps psmisc \
    && rm -rf /var/lib/apt/lists/*
# Installing also rehearses a start and keeps what the JVM loaded by then, which later starts are quicker by.
RUN --mount=type=bind,from=build,source=/dist,target=/dist /dist/pgsluice install /opt/pgsluice
COPY --chmod=755 packaging/image/entrypoint.sh /usr/local/bin/docker-entrypoint.sh
COPY --chmod=755 packaging/image/healthcheck.sh /usr/local/bin/docker-healthcheck.sh
RUN --mount=type=bind,source=packaging/image,target=/image sh /image/layout.sh /

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
