#!/usr/bin/env bash
# The guide's load test on one machine, without containers: PostgreSQL, the application under Gunicorn, and the load,
# first directly, then through the pooler. Installs nothing; everything lives in a temporary directory and on free
# ports of the loopback, and is stopped at the end. The tables on standard output are Markdown.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: load-test.sh [options]
  --pooler PROGRAM         the pooler to test (default: $POOLER, or pgsluice at the root of this repository); a program
                           named pgbouncer gets a configuration file, any other the environment of docker-compose.yml
  --max-connections LIST   PostgreSQL's limits to try, one after the other (default: "100 30")
  --runs LIST              loads, each REQUESTSxTHREADS (default: "100x50 100x100 2000x150")
  --routes LIST            direct, pooled, or both (default: "direct pooled")
  -h, --help               this text
PYTHON names the Python that has Django, Gunicorn and psycopg2; PG_BIN the directory of initdb and postgres.
Exit status: 0 if no request through the pooler failed and no more than 30 server connections were seen.
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
pooler=${POOLER:-../../pgsluice}
limits="100 30"
runs="100x50 100x100 2000x150"
routes="direct pooled"
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --pooler | --max-connections | --runs | --routes)
            [ $# -ge 2 ] || { echo "load-test.sh: $1 needs a value" >&2; exit 2; }
            case $1 in
                --pooler) pooler=$2 ;;
                --max-connections) limits=$2 ;;
                --runs) runs=$2 ;;
                --routes) routes=$2 ;;
            esac
            shift 2 ;;
        *) usage >&2; exit 2 ;;
    esac
done

# A relative path counts from the caller's directory, or else from this script's.
case $pooler in
    /*) ;;
    */*)
        if [ -x "$pooler" ]; then pooler=$(cd "$(dirname "$pooler")" && pwd -P)/$(basename "$pooler")
        else pooler=$here/$pooler; fi ;;
    *) pooler=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$pooler" || echo "$pooler") ;;
esac

die() { echo "load-test.sh: $*" >&2; exit 1; }

# --- what is needed ---------------------------------------------------------------------------------------------------
for name in $(compgen -e PG || true) DATABASE_URL DATABASE_PASSWORD; do unset "$name"; done

missing=()
pg_bin=${PG_BIN:-$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname)}
[ -n "$pg_bin" ] || pg_bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
[ -x "$pg_bin/initdb" ] && [ -x "$pg_bin/postgres" ] || missing+=(postgresql)
command -v psql >/dev/null || missing+=(postgresql-client)
python=
for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    if "$candidate" -c 'import django, gunicorn, psycopg2' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || missing+=(python3-django gunicorn python3-psycopg2)
[ ${#missing[@]} -eq 0 ] || die "missing on this machine; on Debian: apt-get install ${missing[*]}"
case " $routes " in
    *" pooled "*) [ -x "$pooler" ] || die "the pooler $pooler cannot be executed (use --pooler)" ;;
esac

# PostgreSQL and the pooler refuse to run as root.
as_server=()
if [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || die "run by root, but there is no user postgres to run the servers"
    as_server=(setpriv --reuid postgres --regid postgres --init-groups)
    "${as_server[@]}" test -x "$pooler" || [ "$routes" = direct ] || die "user postgres cannot execute $pooler"
fi

# --- the temporary place, and its end ---------------------------------------------------------------------------------
work=$(mktemp -d "${TMPDIR:-/tmp}/load-test.XXXXXX")
postgres_pid='' pooler_pid='' gunicorn_pid=''

stop() { # variable that holds the pid, signal
    local pid=${!1}
    [ -n "$pid" ] || return 0
    kill -"$2" "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    printf -v "$1" ''
}

# shellcheck disable=SC2317 # It is called by the trap.
clean_up() {
    local status=$?
    trap - EXIT
    if [ "$status" -ne 0 ] && [ "$status" -lt 128 ]; then
        for log in "$work"/*.log; do
            [ -s "$log" ] || continue
            echo "--- end of ${log##*/}" >&2
            tail -n 15 "$log" >&2
        done
    fi
    stop gunicorn_pid TERM
    stop pooler_pid TERM
    stop postgres_pid INT
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

wait_for() { # seconds, pid, what, command...
    local deadline=$((SECONDS + $1)) pid=$2 what=$3
    shift 3
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || die "$what ended at its start"
        [ "$SECONDS" -lt "$deadline" ] || die "$what did not answer in time"
        sleep 0.1
    done
}

password=$("$python" -c 'import secrets; print(secrets.token_hex(16))')
(umask 077; printf '*:*:*:postgres:%s\n' "$password" >"$work/pgpass")
export PGPASSFILE=$work/pgpass PYTHONDONTWRITEBYTECODE=1
db_port=$(free_port) pooler_port=$(free_port) web_port=$(free_port)

# --- PostgreSQL -------------------------------------------------------------------------------------------------------
chmod 711 "$work"
mkdir "$work/db" "$work/pooler"
touch "$work/postgres.log" "$work/pooler.log" "$work/gunicorn.log" "$work/setup.log"
printf '%s\n' "$password" >"$work/db/password"
[ ${#as_server[@]} -eq 0 ] || chown -R postgres "$work/db" "$work/pooler"
chmod 700 "$work/db" "$work/pooler"
(cd "$work/db" && "${as_server[@]}" "$pg_bin/initdb" -D "$work/db/data" -U postgres -A scram-sha-256 \
    --pwfile="$work/db/password" --no-sync -E UTF8 --locale=C) >"$work/setup.log" 2>&1

start_postgres() { # max_connections
    # fsync is off because the cluster is thrown away: the disk is not what is measured.
    (cd "$work/db" && exec "${as_server[@]}" "$pg_bin/postgres" -D "$work/db/data" -p "$db_port" -k "$work/db" \
        -c listen_addresses=127.0.0.1 -c max_connections="$1" -c fsync=off) >>"$work/postgres.log" 2>&1 &
    postgres_pid=$!
    wait_for 30 "$postgres_pid" PostgreSQL psql -h 127.0.0.1 -p "$db_port" -U postgres -d postgres -c 'SELECT 1'
}

# --- the pooler -------------------------------------------------------------------------------------------------------
start_pooler() {
    local command=("$pooler")
    if [ "$(basename "$pooler")" = pgbouncer ]; then
        (
            umask 077
            cat >"$work/pooler/pgbouncer.ini" <<INI
[databases]
wedding_db = host=127.0.0.1 port=$db_port dbname=wedding_db user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pooler_port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $work/pooler/userlist.txt
admin_users = postgres
pool_mode = transaction
max_client_conn = 200
default_pool_size = 25
min_pool_size = 5
reserve_pool_size = 5
server_idle_timeout = 600
INI
            printf '"postgres" "%s"\n' "$password" >"$work/pooler/userlist.txt"
        )
        [ ${#as_server[@]} -eq 0 ] || chown postgres "$work/pooler/pgbouncer.ini" "$work/pooler/userlist.txt"
        command+=("$work/pooler/pgbouncer.ini")
    fi
    # The same variables as in docker-compose.yml; a pooler with a file does not read them.
    (
        cd "$work/pooler"
        export DATABASES_HOST=127.0.0.1 DATABASES_PORT=$db_port DATABASES_USER=postgres DATABASES_PASSWORD=$password
        export DATABASES_DBNAME=wedding_db PGBOUNCER_LISTEN_ADDR=127.0.0.1 PGBOUNCER_LISTEN_PORT=$pooler_port
        export PGBOUNCER_UNIX_SOCKET_DIR='' PGBOUNCER_POOL_MODE=transaction PGBOUNCER_MAX_CLIENT_CONN=200
        export PGBOUNCER_DEFAULT_POOL_SIZE=25 PGBOUNCER_MIN_POOL_SIZE=5 PGBOUNCER_RESERVE_POOL_SIZE=5
        export PGBOUNCER_SERVER_IDLE_TIMEOUT=600
        exec "${as_server[@]}" "${command[@]}"
    ) >>"$work/pooler.log" 2>&1 &
    pooler_pid=$!
    wait_for 60 "$pooler_pid" "the pooler" through_pooler wedding_db 'SELECT 1'
}

through_pooler() { # database, query
    psql -h 127.0.0.1 -p "$pooler_port" -U postgres -d "$1" -c "$2"
}

# --- the application --------------------------------------------------------------------------------------------------
start_gunicorn() { # port of the database
    : >"$work/gunicorn.log"
    (
        cd "$here"
        export DATABASE_URL="postgres://postgres@127.0.0.1:$1/wedding_db?application_name=wedding"
        export DATABASE_PASSWORD=$password BIND=127.0.0.1:$web_port
        exec "$python" -m gunicorn wedding.wsgi:application
    ) >>"$work/gunicorn.log" 2>&1 &
    gunicorn_pid=$!
    wait_for 30 "$gunicorn_pid" Gunicorn "$python" -c \
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$web_port/health/')"
}

manage() {
    (
        cd "$here"
        DATABASE_URL=postgres://postgres@127.0.0.1:$db_port/wedding_db DATABASE_PASSWORD=$password \
            "$python" manage.py "$@"
    ) >>"$work/setup.log" 2>&1 || { tail -n 20 "$work/setup.log" >&2; die "manage.py $1 failed"; }
}

load() { # label, max_connections, checks...
    local label=$1 limit=$2 run status=0
    shift 2
    for run in $runs; do
        "$python" "$here/load.py" --target "127.0.0.1:$web_port" --log "$work/gunicorn.log" --label "$label" \
            --max-connections "$limit" --requests "${run%x*}" --threads "${run#*x}" "$@" \
            --dsn "host=127.0.0.1 port=$db_port user=postgres dbname=postgres" || status=1
    done
    return "$status"
}

# --- the runs ---------------------------------------------------------------------------------------------------------
case " $routes " in
    *" pooled "*)
        # In a checkout the first start builds the program. This one does so now, as this user, and ends at the option.
        if [ -f "$(dirname "$(readlink -f "$pooler")")/pom.xml" ]; then
            "$pooler" archive >"$work/build.log" 2>&1 || true
        fi
        "$pooler" --version >"$work/version.log" 2>&1 || { cat "$work/version.log" >&2; die "$pooler --version failed"; }
        echo "Pooler: $(head -n 1 "$work/version.log")." ;;
esac
echo "$("$pg_bin/postgres" --version), Django $("$python" -c 'import django; print(django.__version__)')," \
    "Gunicorn $("$python" -c 'import gunicorn; print(gunicorn.__version__)') with 4 x 40 threads, $(nproc) CPUs."
echo
"$python" "$here/load.py" --header

result=0 prepared='' seen="$work/seen.md"
for limit in $limits; do
    start_postgres "$limit"
    if [ -z "$prepared" ]; then
        psql -q -h 127.0.0.1 -p "$db_port" -U postgres -d postgres -c 'CREATE DATABASE wedding_db'
        manage migrate
        manage invite 200
        prepared=1
    fi
    for route in $routes; do
        case $route in
            direct)
                start_gunicorn "$db_port"
                load direct "$limit"
                stop gunicorn_pid TERM ;;
            pooled)
                start_pooler
                start_gunicorn "$pooler_port"
                load pooled "$limit" --no-failures --max-servers 30 || result=1
                # shellcheck disable=SC2016 # These backticks are Markdown's.
                {
                    printf '\nmax_connections %s, after the runs: `SHOW POOLS`\n\n```\n' "$limit"
                    through_pooler pgbouncer 'SHOW POOLS;'
                    printf '```\n\n`pg_stat_activity`\n\n```\n'
                    psql -h 127.0.0.1 -p "$db_port" -U postgres -d postgres -c \
                        "SELECT state, count(*) FROM pg_stat_activity WHERE datname = 'wedding_db' GROUP BY state;"
                    printf '```\n'
                } >>"$seen" 2>&1
                stop gunicorn_pid TERM
                stop pooler_pid TERM ;;
            *) die "unknown route $route" ;;
        esac
    done
    stop postgres_pid INT
done
[ ! -s "$seen" ] || cat "$seen"
if [ "$result" -ne 0 ]; then
    printf '\nA request through the pooler failed, or more than 25 + 5 server connections were open.\n' >&2
fi
exit "$result"
