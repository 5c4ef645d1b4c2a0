#!/usr/bin/env bash
# Starts pgsluice in a container, in the foreground and as the container's first process. Before that it writes, from
# the same variables that the pooler reads, what psql needs to reach the pooler from inside: $PGPASSFILE and
# $PGSERVICEFILE. Arguments are pgsluice's; a word that names a program is run instead of it.
set -eu

# Prints the variable $1, or the file that $1_FILE names, less one newline at its end. Fails if neither is set.
value_of() {
    local file=$1_FILE text
    if [[ -n ${!file-} ]]; then
        [[ -r ${!file} ]] || return 1
        text=$(cat "${!file}" && printf x) || return 1
        text=${text%x}
        printf '%s' "${text%$'\n'}"
    elif [[ -n ${!1-} ]]; then
        printf '%s' "${!1}"
    else
        return 1
    fi
}

percent_decoded() {
    local text=$1 rest='' byte
    while [[ $text =~ ^([^%]*)%([0-9A-Fa-f]{2})(.*)$ ]]; do
        # shellcheck disable=SC2059 # The escape is in the format, and only hexadecimal digits reach it.
        printf -v byte "\\x${BASH_REMATCH[2]}"
        rest+=${BASH_REMATCH[1]}$byte
        text=${BASH_REMATCH[3]}
    done
    printf '%s' "$rest$text"
}

# Sets user, password and database from postgres://user:password@host:port/database?parameters.
read_url() {
    local url=${1#*://} login=''
    url=${url%%[?#]*}
    local authority=${url%%/*}
    [[ $authority == *@* ]] && login=${authority%@*}
    [[ $url == */* ]] && database=$(percent_decoded "${url#*/}")
    user=$(percent_decoded "${login%%:*}")
    [[ $login == *:* ]] && password=$(percent_decoded "${login#*:}")
    return 0
}

escaped() { # for pgpass, where a colon ends a field
    local text=${1//\\/\\\\}
    printf '%s' "${text//:/\\:}"
}

write_access() {
    local user='' password='' database='' port url
    if url=$(value_of DATABASE_URL) || url=$(value_of DATABASE_URLS); then
        read_url "${url%%,*}"
    fi
    user=$(value_of DATABASES_USER || value_of DB_USER || printf '%s' "$user")
    password=$(value_of DATABASES_PASSWORD || value_of DB_PASSWORD || printf '%s' "$password")
    database=$(value_of DATABASES_DBNAME || value_of DB_NAME || printf '%s' "$database")
    if [[ -n $config ]]; then
        port=$(sed -n 's/^[[:space:]]*listen_port[[:space:]]*=[[:space:]]*\([0-9]*\).*/\1/p' "$config" 2>/dev/null | tail -n 1) || true
        port=${PGBOUNCER_LISTEN_PORT:-${port:-6432}}
    else
        port=${PGBOUNCER_LISTEN_PORT:-${LISTEN_PORT:-5432}}
    fi
    if [[ $user$password$database == *$'\n'* ]]; then
        echo "docker-entrypoint.sh: a name or password with a line break cannot be given to psql" >&2
        user='' password='' database=''
    fi

    local pgpass=${PGPASSFILE:-$HOME/.pgpass} service=${PGSERVICEFILE:-$HOME/.pg_service.conf} host lines=''
    if [[ -n $user && -n $password ]]; then
        for host in 127.0.0.1 localhost '\:\:1'; do
            lines+="$host:$port:*:$(escaped "$user"):$(escaped "$password")"$'\n'
        done
    fi
    # Made anew: one that is there already might be open to others.
    rm -f "$pgpass.new"
    (umask 077 && printf '%s' "$lines" >"$pgpass.new" && mv -f "$pgpass.new" "$pgpass") || return 1
    {
        printf '[pgsluice]\nhost=127.0.0.1\nport=%s\nconnect_timeout=3\n' "$port"
        [[ -z $user ]] || printf 'user=%s\ndbname=%s\n' "$user" "${database:-postgres}"
    } >"$service" || return 1
}

case ${1-} in
    pgsluice | pgbouncer) shift ;;
    '' | -* | */*) ;;
    *) if command -v -- "$1" >/dev/null; then exec "$@"; fi ;;
esac
# Where images of PgBouncer have their file.
if [[ $# -eq 0 && -r /etc/pgbouncer/pgbouncer.ini ]]; then set -- /etc/pgbouncer/pgbouncer.ini; fi
config=''
for argument; do [[ ! -f $argument ]] || config=$argument; done

if ! write_access 2>/dev/null; then
    echo "docker-entrypoint.sh: cannot write ${PGPASSFILE:-$HOME/.pgpass} (read-only? give its directory a tmpfs):" \
        "psql will ask for a password and the image's health check fail" >&2
fi
exec "${PGSLUICE:-/opt/pgsluice/bin/pgsluice}" "$@"
