#!/usr/bin/env bash
# Tries the image's entry points, names, places and variables without a container engine: each case is a process tree of its own, as another
# user, with the image's root over this machine's (overlayfs), read-only where a case says so. A PostgreSQL runs beside. Needs root, the built
# target/pgsluice.jar, PostgreSQL, procps and psmisc; says why it does nothing where namespaces are not to be had. Takes half a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."

skip() {
    echo "image/try.sh: not tried: $1" >&2
    exit 0
}

if [[ -z ${TRY_INSIDE-} ]]; then
    [[ $(id -u) == 0 ]] || skip 'only root can make these namespaces'
    [[ -f target/pgsluice.jar ]] || { echo "image/try.sh: build target/pgsluice.jar first" >&2; exit 1; }
    unshare --mount --pid --net --fork true 2>/dev/null || skip 'this machine gives no namespaces'
    work=$(mktemp -d)
    chmod 755 "$work"
    trap 'rm -rf "$work"' EXIT
    TRY_INSIDE=$work unshare --mount --net --pid --fork --kill-child --mount-proc "$0" "$@"
    exit
fi

work=$TRY_INSIDE
root=$work/root
programs=$(echo /usr/lib/postgresql/*/bin | tr ' ' '\n' | sort -V | tail -n 1)
ip link set lo up
mount -t tmpfs none "$work"
chmod 755 "$work"
mkdir "$work"/{upper,work,root,data}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$root" 2>/dev/null || skip 'there is no overlayfs'

# --- the image's root ---------------------------------------------------------------------------------------------------------
rm -rf "$root"/etc/pgbouncer "$root"/usr/bin/pgbouncer "$root"/usr/sbin/pgbouncer "$root"/tmp/.s.PGSQL.*
mkdir -p "$root"/opt/pgsluice/{bin,lib/pgsluice}
install -m 755 pgsluice "$root/opt/pgsluice/lib/pgsluice/pgsluice"
install -m 644 target/pgsluice.jar "$root/opt/pgsluice/lib/pgsluice/pgsluice.jar"
ln -s ../lib/pgsluice/pgsluice "$root/opt/pgsluice/bin/pgsluice"
install -m 755 packaging/image/entrypoint.sh "$root/usr/local/bin/docker-entrypoint.sh"
install -m 755 packaging/image/healthcheck.sh "$root/usr/local/bin/docker-healthcheck.sh"
sed -i '/^\(pgsluice\|pgbouncer\|postgres\):/d' "$root"/etc/passwd "$root"/etc/group
chroot "$root" sh -s / <packaging/image/layout.sh # as the Dockerfile calls it
echo '127.0.0.1 localhost db postgresql' >"$root/etc/hosts"
java_home=${JAVA_HOME-}

# --- PostgreSQL ---------------------------------------------------------------------------------------------------------------
chown postgres "$work/data"
as_postgres() { setpriv --reuid postgres --regid postgres --clear-groups "$@"; }
as_postgres "$programs/initdb" -D "$work/data" -A trust -U postgres >/dev/null
echo "host all all 127.0.0.1/32 scram-sha-256" >"$work/data/pg_hba.conf"
echo "local all all trust" >>"$work/data/pg_hba.conf"
as_postgres "$programs/pg_ctl" -D "$work/data" -w -o "-p 55432 -h 127.0.0.1 -k $work/data -c fsync=off" start >/dev/null
as_postgres psql -q -h "$work/data" -p 55432 -d postgres <<'SQL'
ALTER ROLE postgres PASSWORD 'secret';
CREATE ROLE app LOGIN SUPERUSER PASSWORD 'secret';
CREATE DATABASE shop;
SQL

# --- one case -----------------------------------------------------------------------------------------------------------------
failures=0 pooler='' inner='' group=''

wrong() {
    echo "    WRONG: $1" >&2
    sed 's/^/    | /' "$work/out" >&2
    failures=$((failures + 1))
}

# start NAME UID OPTIONS VARIABLES... -- COMMAND...
start() {
    local name=$1 uid=$2 options=$3 variables=()
    shift 3
    while [[ $1 != -- ]]; do
        variables+=("$1")
        shift
    done
    shift
    echo "  $name"
    : >"$work/out"
    chmod 666 "$work/out"
    local prepare="mount -t proc proc '$root/proc' && mount --rbind /dev '$root/dev'"
    [[ $options != *read-only* ]] || prepare+=" && mount -o remount,ro,bind '$root' && mount -t tmpfs -o mode=1777 tmpfs '$root/run/pgsluice'"
    if [[ $options == *limited* ]]; then
        # As in a container: the JVM reads the limit, and the kernel holds it.
        # shellcheck disable=SC2016 # the inner shell expands
        prepare+=" && mount --rbind /sys '$root/sys' && echo "'$$'" >'$group/cgroup.procs'"
    fi
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount --pid --fork --kill-child bash -c "$prepare"' && exec chroot "$@"' - "$root" \
        setpriv --reuid "$uid" --regid 0 --clear-groups env -i --chdir=/run/pgsluice PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${java_home:+JAVA_HOME="$java_home"} PGPASSFILE=/run/pgsluice/pgpass PGSERVICEFILE=/run/pgsluice/pg_service.conf HOME=/run/pgsluice \
        "${variables[@]}" "$@" >"$work/out" 2>&1 &
    pooler=$!
}

# Waits until it listens on the port.
await() {
    for _ in {1..600}; do
        if (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
            inner=$(pgrep -P "$pooler")
            return 0
        fi
        kill -0 "$pooler" 2>/dev/null || break
        sleep 0.1
    done
    wrong "nothing listens on port $1"
    return 1
}

inside() { nsenter -t "$inner" -p -m -r -- env --chdir=/ PGPASSFILE=/run/pgsluice/pgpass PGSERVICEFILE=/run/pgsluice/pg_service.conf "$@"; }

ask() { # PORT USER DATABASE SQL
    PGPASSWORD=secret PGCONNECT_TIMEOUT=5 psql -X -q -A -t -h 127.0.0.1 -p "$1" -U "$2" -d "$3" -c "$4" 2>&1
}

# Ends it as hooks do, and looks at the name, at process 1 and at the exit code.
finish() {
    local name=${1:-pgbouncer} code=0
    [[ $(inside pgrep -x "$name") == 1 ]] || wrong "pgrep -x $name finds: $(inside ps -ef)"
    [[ $(inside pidof "$name") == 1 ]] || wrong "pidof $name finds: $(inside pidof "$name")"
    inside killall -INT "$name" || wrong "killall finds no $name"
    wait "$pooler" || code=$?
    [[ $code == 0 ]] || wrong "it ended with $code"
}

expect() { # WANTED GOT WHAT
    [[ $2 == *"$1"* ]] || wrong "$3: $2"
}

# Makes a control group with a limit of memory, and says whether it could.
limit_memory() { # BYTES
    for group in /sys/fs/cgroup/memory/pgsluice-try /sys/fs/cgroup/pgsluice-try; do
        for file in memory.limit_in_bytes memory.max; do
            if mkdir -p "$group" 2>/dev/null && [[ -e $group/$file ]] && echo "$1" >"$group/$file" 2>/dev/null; then
                return 0
            fi
        done
        rmdir "$group" 2>/dev/null || true
    done
    echo '  not tried: a limit of memory, which this machine does not let set' >&2
    return 1
}

# --- the cases ----------------------------------------------------------------------------------------------------------------
guide=(DATABASES_HOST=db DATABASES_PORT=55432 DATABASES_USER=app DATABASES_PASSWORD=secret DATABASES_DBNAME=shop)
start 'our example: 5432, 6432 and a socket' 10001 '' "${guide[@]}" PGBOUNCER_POOL_MODE=transaction -- /usr/local/bin/docker-entrypoint.sh
if await 5432; then
    expect 1 "$(ask 5432 app shop 'select 1')" 'port 5432'
    expect 1 "$(ask 6432 app shop 'select 1')" 'port 6432'
    expect 'not allowed' "$(ask 6432 app pgbouncer 'show version')" 'the console is not for the application'
    inside docker-healthcheck.sh || wrong 'the health check fails'
    expect 1 "$(inside psql -X -A -t service=pgsluice -c 'select 1' 2>&1)" 'psql inside'
    expect PgBouncer "$(inside setpriv --reuid 10001 --regid 0 --clear-groups psql -X -A -t -h /tmp -p 6432 -U pgbouncer pgbouncer -c 'show version' 2>&1)" 'the socket'
    finish
fi

start 'pgbouncer/pgbouncer: /opt/pgbouncer/pgbouncer, any user, read-only root' 12345 read-only "${guide[@]}" -- \
    /entrypoint.sh /opt/pgbouncer/pgbouncer -u postgres /etc/pgbouncer/pgbouncer.ini
if await 6432; then
    expect 1 "$(ask 6432 app shop 'select 1')" 'login'
    finish
fi

start 'pgsluice keeps its own name' 10001 '' "${guide[@]}" -- /usr/local/bin/docker-entrypoint.sh pgsluice
if await 6432; then finish pgsluice; fi

start 'edoburu: a URL of SQLAlchemy, CMD with a file that is not there' 70 '' DATABASE_URL=postgresql+psycopg2://app:secret@db:55432/shop ADMIN_USERS=app -- \
    /entrypoint.sh /usr/bin/pgbouncer /etc/pgbouncer/pgbouncer.ini
if await 5432; then
    expect 1 "$(ask 5432 app shop 'select 1')" 'login'
    expect PgBouncer "$(ask 5432 app pgbouncer 'show version')" 'the console'
    finish
fi

printf '[databases]\nshop = host=db port=55432\n[pgbouncer]\nlisten_addr = *\nlisten_port = 5432\nauth_file = /etc/pgbouncer/userlist.txt\nauth_type = md5\nuser = postgres\nlogfile = /var/log/pgbouncer/pgbouncer.log\npidfile = /var/run/pgbouncer/pgbouncer.pid\nunix_socket_dir =\n' >"$root/etc/pgbouncer/pgbouncer.ini"
start 'edoburu: a mounted file, its user beside the mounted list' 10001 '' DB_USER=app DB_PASSWORD=secret -- /entrypoint.sh
if await 5432; then
    expect 1 "$(ask 5432 app shop 'select 1')" 'login'
    finish
fi
start 'a mounted file named on the command line, by root' 0 '' DB_USER=app DB_PASSWORD=secret -- /usr/sbin/pgbouncer /etc/pgbouncer/pgbouncer.ini
if await 5432; then finish; fi
rm "$root/etc/pgbouncer/pgbouncer.ini"

start 'bitnami: entrypoint.sh run.sh, any user' 1001 '' POSTGRESQL_HOST=db POSTGRESQL_PORT=55432 POSTGRESQL_USERNAME=app POSTGRESQL_PASSWORD=secret \
    PGBOUNCER_DATABASE='*' PGBOUNCER_PORT=6432 PGBOUNCER_EXTRA_FLAGS=-v -- /opt/bitnami/scripts/pgbouncer/entrypoint.sh /opt/bitnami/scripts/pgbouncer/run.sh
if await 6432; then
    expect 1 "$(ask 6432 app shop 'select 1')" 'login'
    expect PgBouncer "$(ask 6432 app pgbouncer 'show version')" 'the console'
    finish
fi

printf '"app" "secret"\n' >"$root/pgconf/users.txt"
start 'crunchy: users in /pgconf' 10001 '' PG_SERVICE=db PG_PORT=55432 POOL_MODE=transaction PGBOUNCER_PASSWORD=x -- /opt/crunchy/bin/start.sh
if await 6432; then
    expect 1 "$(ask 6432 app shop 'select 1')" 'login'
    finish
fi
rm "$root/pgconf/users.txt"

start 'root becomes pgsluice' 0 '' DB_HOST=db DB_PORT=55432 DB_USER=app DB_PASSWORD=secret -- /usr/local/bin/docker-entrypoint.sh
if await 5432; then
    expect 10001 "$(inside ps -o uid= -p 1)" 'the user of process 1'
    expect 1 "$(ask 6432 app shop 'select 1')" 'port 6432'
    finish
fi

if limit_memory 134217728; then
    start 'a limit of 128 MiB, and 200 clients' 10001 'read-only limited' "${guide[@]}" PGBOUNCER_MAX_CLIENT_CONN=300 PGBOUNCER_POOL_MODE=transaction -- /entrypoint.sh
    if await 6432; then
        said=$(PGPASSWORD=secret pgbench -n -f <(echo 'select 1') -h 127.0.0.1 -p 6432 -U app -c 200 -T 3 shop 2>&1) || wrong "pgbench: $said"
        expect 'number of failed transactions: 0' "$said" 'pgbench'
        finish
    fi
    rmdir "$group" 2>/dev/null || true
fi

start 'nothing describes a database' 10001 '' DB_USER=app DB_PASSWORD=secret -- /entrypoint.sh
wait "$pooler" && wrong 'it started'
expect 'DB_USER, DB_PASSWORD are set, but not DB_HOST' "$(cat "$work/out")" 'what is missing'

as_postgres "$programs/pg_ctl" -D "$work/data" -m immediate stop >/dev/null
[[ $failures == 0 ]] || { echo "image/try.sh: $failures wrong" >&2; exit 1; }
echo 'image/try.sh: all as in the images'
