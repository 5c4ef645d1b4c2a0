#!/usr/bin/env bash
# Starts pgsluice in a container, in the foreground and as the container's first process. It stands for the entry points of PgBouncer's
# images, too. Before that it writes, from the same variables that the pooler reads, what psql needs to reach the pooler from inside:
# $PGPASSFILE and $PGSERVICEFILE. Arguments are pgsluice's; a word that names a program is run instead of it.
set -eu

# Where images of PgBouncer have their file.
configs=(/etc/pgbouncer/pgbouncer.ini /bitnami/pgbouncer/conf/pgbouncer.ini /opt/bitnami/pgbouncer/conf/pgbouncer.ini /pgconf/pgbouncer.ini)

say() {
    echo "${0##*/}: $1" >&2
}

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

# Sets user, password, database and port as the pooler will, in its order of the images' variables.
read_variables() {
    local url
    port=$(value_of LISTEN_PORT || printf 5432)
    if value_of DATABASES_HOST >/dev/null || value_of DATABASES >/dev/null; then
        port=$(value_of LISTEN_PORT || printf 6432)
        user=$(value_of DATABASES_USER || printf postgres)
        password=$(value_of DATABASES_PASSWORD || true)
        database=$(value_of DATABASES_DBNAME || true)
        return
    fi
    if value_of POSTGRESQL_HOST >/dev/null || value_of PGBOUNCER_DSN_0 >/dev/null; then
        read_bitnami
        return
    fi
    if value_of PG_SERVICE >/dev/null; then
        port=$(value_of LISTEN_PORT || printf 6432)
        user=pgbouncer
        password=$(value_of PGBOUNCER_PASSWORD || true)
        return
    fi
    if url=$(value_of DATABASE_URL) || url=$(value_of DATABASE_URLS); then
        read_url "${url%%,*}"
    elif ! value_of DB_HOST >/dev/null && value_of POSTGRESQL_PASSWORD >/dev/null; then
        read_bitnami
        return
    fi
    user=$(value_of DB_USER || printf '%s' "$user")
    password=$(value_of DB_PASSWORD || printf '%s' "$password")
    database=$(value_of DB_NAME || printf '%s' "$database")
}

read_bitnami() {
    port=$(value_of PGBOUNCER_PORT || printf 6432)
    [[ $port != tcp://* ]] || port=6432
    user=$(value_of POSTGRESQL_USERNAME || printf postgres)
    password=$(value_of POSTGRESQL_PASSWORD || true)
    database=$(value_of PGBOUNCER_DATABASE || printf postgres)
    [[ $database != '*' ]] || database=postgres
}

write_access() {
    local user='' password='' database='' port
    read_variables
    if [[ -n $config ]]; then
        port=$(sed -n 's/^[[:space:]]*listen_port[[:space:]]*=[[:space:]]*\([0-9]*\).*/\1/p' "$config" 2>/dev/null | tail -n 1) || true
        port=${port:-6432}
    fi
    port=$(value_of PGBOUNCER_LISTEN_PORT || printf '%s' "$port")
    if [[ $user$password$database == *$'\n'* ]]; then
        say 'a name or password with a line break cannot be given to psql'
        user='' password='' database=''
    fi

    local pgpass=${PGPASSFILE:-$HOME/.pgpass} service=${PGSERVICEFILE:-$HOME/.pg_service.conf} host lines='' each
    if [[ -n $user && -n $password ]]; then
        for each in "$port" 5432 6432; do
            for host in 127.0.0.1 localhost '\:\:1'; do
                lines+="$host:$each:*:$(escaped "$user"):$(escaped "$password")"$'\n'
            done
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

# --- the command --------------------------------------------------------------------------------------------------------------
# The process is called by the name that it is started under. Hooks and checks of PgBouncer's images look for pgbouncer.
program=${PGSLUICE:-/usr/local/bin/pgbouncer}
while true; do
    case ${1-} in
        pgsluice | */pgsluice) program=${PGSLUICE:-/usr/local/bin/pgsluice} ;;
        pgbouncer | */pgbouncer) ;;
        entrypoint.sh | /entrypoint.sh | */docker-entrypoint.sh | /opt/bitnami/scripts/pgbouncer/*.sh | /opt/crunchy/bin/*.sh) ;;
        *) break ;;
    esac
    shift
done
case ${1-} in
    '' | -* | *.ini) ;;
    *) if command -v -- "$1" >/dev/null; then exec "$@"; fi ;;
esac

words=() config='' absent='' user_given=''
for word; do
    case $word in
        -u* | --u*) user_given=yes ;;
        *.ini) config=$word ;;
    esac
    if [[ " ${configs[*]} " == *" $word "* && ! -e $word ]]; then
        # Images that are told this file write it first, from the environment.
        absent=$word config=''
        continue
    fi
    [[ ! -f $word ]] || config=$word
    words+=("$word")
done
for place in "${configs[@]}"; do
    if [[ -z $config && -e $place ]]; then
        config=$place
        words+=("$place")
    fi
done
[[ -z $absent || -n $config ]] || say "there is no $absent: the environment configures"

if [[ $(id -u) == 0 && -z $user_given && -z ${PGBOUNCER_USER-} ]] && ! grep -qs '^[[:space:]]*user[[:space:]]*=' "$config"; then
    words=(-u pgsluice "${words[@]+"${words[@]}"}")
fi

if ! write_access 2>/dev/null; then
    say "cannot write ${PGPASSFILE:-$HOME/.pgpass} (read-only? give its directory a tmpfs): psql will ask for a password and the image's health check fail"
fi
exec "$program" "${words[@]+"${words[@]}"}"
