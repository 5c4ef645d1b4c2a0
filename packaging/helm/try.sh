#!/usr/bin/env bash
# Lints the chart and renders it, by Helm as a library from Maven Central (27 MB the first time), and has the pooler read the configuration that
# comes out. Needs the built target/pgsluice.jar.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=0.0.15
repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
[[ $(uname -s)-$(uname -m) == Linux-x86_64 ]] || { echo 'helm/try.sh: not tried: the library is for Linux on x86-64 only here' >&2; exit 0; }

helm=$repository/com/marcnuri/helm-java/helm-java/$version/helm-java-$version.jar
[[ -f $helm ]] || mvn -q -B dependency:get -Dartifact=com.marcnuri.helm-java:helm-java:$version >&2
classes=$(find "$repository"/com/marcnuri/helm-java/*/"$version" "$repository"/net/java/dev/jna/*-jpms/5.15.0 -name '*.jar' | tr '\n' ':')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -cp "$classes" \
    packaging/helm/Try.java "$work/pgbouncer.ini"
sed -i "s:/etc/pgbouncer/userlist.txt:$work/userlist.txt:" "$work/pgbouncer.ini"
: >"$work/userlist.txt"
PGSLUICE_NO_BUILD=1 ./pgsluice --test-config "$work/pgbouncer.ini"
