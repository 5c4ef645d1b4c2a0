#!/bin/sh
# layout.sh ROOT: makes the names and places that users of PgBouncer's images have in their commands, hooks and mounted files.
# The program lies in ROOT/opt/pgsluice, the scripts in ROOT/usr/local/bin. Used by the Dockerfile, and by try.sh without a container engine.
set -eu
root=${1%/}

link() { # TARGET NAME...
    target=$1
    shift
    for name; do
        mkdir -p "$root${name%/*}/"
        ln -sfn "$target" "$root$name"
    done
}

# The process is called by the name it is started under, so hooks that look for pgbouncer find it.
link /opt/pgsluice/bin/pgsluice /usr/local/bin/pgsluice /usr/local/bin/pgbouncer /usr/bin/pgbouncer /usr/sbin/pgbouncer /opt/pgbouncer/pgbouncer \
    /opt/bitnami/pgbouncer/bin/pgbouncer
link /usr/local/bin/docker-entrypoint.sh /entrypoint.sh /docker-entrypoint.sh /opt/bitnami/scripts/pgbouncer/entrypoint.sh \
    /opt/bitnami/scripts/pgbouncer/run.sh /opt/crunchy/bin/start.sh

# Whoever the process runs as may write here; a container has nobody else in it.
for directory in /run/pgsluice /var/run/pgbouncer /var/log/pgbouncer /var/run/postgresql /var/log/postgresql /opt/bitnami/pgbouncer/logs \
    /opt/bitnami/pgbouncer/tmp /bitnami/pgbouncer/conf /etc/pgbouncer /pgconf; do
    mkdir -p "$root$directory"
    chmod 1777 "$root$directory"
done
link /bitnami/pgbouncer/conf /opt/bitnami/pgbouncer/conf
# Mounted configurations name these files, which their images make.
for file in /etc/pgbouncer/userlist.txt /bitnami/pgbouncer/conf/userlist.txt; do
    [ -e "$root$file" ] || : >"$root$file"
done

# The names that PgBouncer's images run as, in -u and in the setting user, are the same user here.
for name in pgsluice pgbouncer postgres; do
    grep -q "^$name:" "$root/etc/group" || echo "$name:x:10001:" >>"$root/etc/group"
    grep -q "^$name:" "$root/etc/passwd" || echo "$name:x:10001:10001::/run/pgsluice:/usr/sbin/nologin" >>"$root/etc/passwd"
done
