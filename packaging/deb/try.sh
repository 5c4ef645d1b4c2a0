#!/usr/bin/env bash
# Installs, upgrades, replaces PgBouncer with, removes and purges the packages with dpkg, over this machine's root (overlayfs) and not in it. Needs root and
# the built target/pgsluice.jar; says why it does nothing where namespaces are not to be had. Takes about a minute.
set -euo pipefail
cd "$(dirname "$0")/../.."

skip() {
    echo "deb/try.sh: not tried: $1" >&2
    exit 0
}

if [[ -z ${TRY_INSIDE-} ]]; then
    [[ $(id -u) == 0 ]] || skip 'only root can make these namespaces'
    command -v dpkg-deb >/dev/null || skip 'there is no dpkg'
    unshare --mount --pid --net --fork true 2>/dev/null || skip 'this machine gives no namespaces'
    work=$(mktemp -d)
    chmod 755 "$work"
    trap 'rm -rf "$work"' EXIT
    if [[ -z ${PACKAGES-} ]]; then
        COMPRESSION=none VERSION=1.0 packaging/deb/build "$work/packages" >/dev/null
    else
        cp -r "$PACKAGES" "$work/packages"
    fi
    TRY_INSIDE=$work unshare --mount --net --pid --fork --kill-child --mount-proc "$0" "$@"
    exit
fi

work=$TRY_INSIDE
root=$work/layers/root
ip link set lo up
mkdir "$work/layers"
mount -t tmpfs none "$work/layers"
mkdir "$work"/layers/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/layers/upper,workdir=$work/layers/work" "$root" 2>/dev/null || skip 'there is no overlayfs'
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$work/packages" "$root/mnt"
# No other Java is there, and no systemd.
for hidden in /usr/lib/jvm /run /opt; do
    [[ ! -d $root$hidden ]] || mount -t tmpfs none "$root$hidden"
done

rm -f "$root/var/lib/man-db/auto-update" # takes long, and has nothing to do with it

failures=0
wrong() {
    echo "    WRONG: $1" >&2
    failures=$((failures + 1))
}
expect() { # WANTED GOT WHAT
    [[ $2 == *"$1"* ]] || wrong "$3: $2"
}
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }

# next VERSION: the same packages with another version.
next() {
    local package name
    for package in "$work"/packages/*_1.0_*.deb; do
        name=${package##*/}
        rm -rf "$work/layers/repacked"
        dpkg-deb -R "$package" "$work/layers/repacked"
        sed -i "s/^Version: 1.0/Version: $1/; s/(= 1.0)/(= $1)/" "$work/layers/repacked/DEBIAN/control"
        touch "$work"/layers/repacked/usr/lib/pgsluice/pgsluice.jar 2>/dev/null || true
        dpkg-deb --root-owner-group -Znone -b "$work/layers/repacked" "$work/packages/${name/_1.0_/_$1_}" >/dev/null
    done
}

# enabled WANTED SERVICE: whether the service starts with the machine.
enabled() {
    local link=$root/etc/systemd/system/multi-user.target.wants/$2.service is=no
    [[ ! -L $link ]] || is=yes
    [[ $is == "$1" && $(readlink "$root/etc/systemd/system/$2.service") != /dev/null ]] || wrong "$2.service is enabled: $is, or masked"
}

# serve USER PROGRAM FILE: starts it as the unit does, and waits for its socket in DIRECTORY.
serve() {
    local user=$1 program=$2 file=$3 socket=$4
    inside setpriv --reuid "$user" --regid "$user" --clear-groups "$program" "$file" >"$work/out" 2>&1 &
    for _ in {1..300}; do
        [[ -S $root$socket ]] && return 0
        sleep 0.1
    done
    wrong "$program does not serve: $(cat "$work/out")"
}
console() { # USER DIRECTORY SQL
    inside setpriv --reuid "$1" --regid "$1" --clear-groups psql -X -A -t -h "$2" -p 6432 -U pgbouncer pgbouncer -c "$3" 2>&1
}
gone() {
    for _ in {1..100}; do
        inside pgrep -x "$1" >/dev/null || return 0
        sleep 0.1
    done
    wrong "$1 does not end"
}

echo '  install'
inside dpkg -i /mnt/pgsluice_1.0_"$(dpkg --print-architecture)".deb >"$work/out" 2>&1 || wrong "dpkg -i: $(cat "$work/out")"
expect 'root pgsluice 640' "$(inside stat -c '%U %G %a' /etc/pgsluice/pgsluice.ini)" 'the configuration'
expect 'configuration is valid' "$(inside pgsluice --test-config /etc/pgsluice/pgsluice.ini 2>&1)" 'the configuration'
enabled yes pgsluice
compgen -G "$root/usr/lib/pgsluice/pgsluice-*.aot" >/dev/null || wrong 'no start-up archive was made'
mkdir -p "$root"/{run,var/log}/pgsluice
chroot "$root" chown pgsluice: /run/pgsluice /var/log/pgsluice
serve pgsluice /usr/bin/pgsluice /etc/pgsluice/pgsluice.ini /run/pgsluice/.s.PGSQL.6432
expect PgBouncer "$(console pgsluice /run/pgsluice 'show version')" 'the console'
process=$(inside pgrep -x pgsluice)
expect /usr/lib/pgsluice/jre/bin/java "$(inside readlink "/proc/$process/exe")" 'the Java that runs'

echo '  upgrade'
next 1.1
echo ';mine' >>"$root/etc/pgsluice/pgsluice.ini"
inside dpkg -i /mnt/pgsluice_1.1_"$(dpkg --print-architecture)".deb >"$work/out" 2>&1 || wrong "dpkg -i: $(cat "$work/out")"
expect ';mine' "$(tail -n 1 "$root/etc/pgsluice/pgsluice.ini")" 'the changed configuration'
expect PgBouncer "$(console pgsluice /run/pgsluice 'show version')" 'the old process after the upgrade'
expect 1 "$(compgen -G "$root/usr/lib/pgsluice/pgsluice-*.aot" | wc -l)" 'the start-up archive'
if command -v logrotate >/dev/null; then
    chroot "$root" logrotate --force /etc/logrotate.d/pgsluice || wrong 'logrotate fails'
    expect SIGHUP "$(cat "$root"/var/log/pgsluice/*)" 'the signal of logrotate'
fi
inside killall -INT pgsluice
gone pgsluice

echo '  in place of PgBouncer'
mkdir -p "$root/etc/pgbouncer" "$root/run/postgresql"
[[ -e $root/etc/pgbouncer/pgbouncer.ini ]] ||
    printf '[databases]\n[pgbouncer]\nlisten_port = 6432\nunix_socket_dir = /var/run/postgresql\nauth_type = md5\nauth_file = /etc/pgbouncer/userlist.txt\n' \
        >"$root/etc/pgbouncer/pgbouncer.ini"
# As PgBouncer's package leaves its service when it is removed.
inside dpkg -r pgbouncer >/dev/null 2>&1 || true
inside DPKG_MAINTSCRIPT_PACKAGE=pgbouncer deb-systemd-helper mask pgbouncer.service
before=$(cat "$root/etc/pgbouncer/pgbouncer.ini")
inside dpkg -i /mnt/pgsluice-pgbouncer-compat_1.1_all.deb >"$work/out" 2>&1 || wrong "dpkg -i: $(cat "$work/out")"
[[ $(cat "$root/etc/pgbouncer/pgbouncer.ini") == "$before" ]] || wrong '/etc/pgbouncer was changed'
enabled yes pgbouncer
enabled no pgsluice
chroot "$root" chown postgres: /run/postgresql
mkdir -p "$root/var/log/postgresql"
chroot "$root" chown postgres: /var/log/postgresql
serve postgres /usr/sbin/pgbouncer /etc/pgbouncer/pgbouncer.ini /run/postgresql/.s.PGSQL.6432
expect PgBouncer "$(console postgres /run/postgresql 'show version')" 'the console'
inside killall -INT pgbouncer || wrong 'the process is not called pgbouncer'
gone pgbouncer

echo '  remove and purge'
inside dpkg -r pgsluice-pgbouncer-compat pgsluice >"$work/out" 2>&1 || wrong "dpkg -r: $(cat "$work/out")"
[[ ! -e $root/usr/lib/pgsluice && ! -e $root/usr/bin/pgsluice && ! -e $root/usr/sbin/pgbouncer ]] || wrong "something is left: $(ls "$root/usr/lib/pgsluice")"
[[ -e $root/etc/pgsluice/pgsluice.ini && -e $root/etc/pgbouncer/pgbouncer.ini ]] || wrong 'a configuration is gone before the purge'
inside dpkg -P pgsluice-pgbouncer-compat pgsluice >"$work/out" 2>&1 || wrong "dpkg -P: $(cat "$work/out")"
enabled no pgbouncer
[[ ! -e $root/etc/pgsluice && ! -e $root/var/log/pgsluice && -e $root/etc/pgbouncer/pgbouncer.ini ]] || wrong 'the purge left or took too much'

[[ $failures == 0 ]] || { echo "deb/try.sh: $failures wrong" >&2; exit 1; }
echo 'deb/try.sh: installed, upgraded, replaced, removed'
