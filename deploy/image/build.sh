#!/usr/bin/env bash
# Makes the folder that a container image holds: a Java runtime with the modules that TokenGuard
# needs, the jar, its native libraries, and a cache of its classes that was trained on a real run.
#
#   deploy/image/build.sh JAR FOLDER [HOME]
#
# JAR     server/target/tokenguard.jar
# FOLDER  where to make it; it must not exist
# HOME    where the folder will be when it runs (default: FOLDER)
#
# JAVA_HOME names the JDK whose runtime it becomes: 25 as in the image, or any from 17 on. Then
#
#   HOME/runtime/bin/java @HOME/tokenguard serve
#
# runs the server: no shell, nothing written below HOME.
set -euo pipefail

fail() {
  echo "build.sh: $1" >&2
  exit 1
}

[ $# = 2 ] || [ $# = 3 ] || fail "usage: build.sh JAR FOLDER [HOME]"
jar=$1 folder=$2 home=${3:-$2}
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
case $home in /*) ;; *) home=$PWD/$home ;; esac
case $home in *[[:space:]\"\'\\]*) fail "$home: no spaces or quotes, please" ;; esac
[ -f "$jar" ] || fail "$jar is no file; build it first: mvn package"
[ ! -e "$folder" ] || fail "$folder exists already"
[ -x "${JAVA_HOME:-}/bin/jlink" ] || fail "JAVA_HOME: '${JAVA_HOME:-}' (expected: a JDK with jlink)"
release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$JAVA_HOME/release")
[ "$release" -ge 17 ] || fail "JAVA_HOME: Java $release (expected: 17 or later)"

case $(uname -m) in
  x86_64 | amd64) machine=x86_64 ;;
  aarch64 | arm64) machine=aarch_64 ;;
  *) machine=$(uname -m) ;; # without native libraries: the JDK's own sockets and TLS will do
esac

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

mkdir -p "$folder/lib"
cp -p "$jar" "$folder/tokenguard.jar"

# --- The runtime -----------------------------------------------------------------------------------
# What the jar names. Two modules are named only by parts of libraries that nobody calls here: a GUI
# and SQL. Elliptic curves for TLS are found by name only, up to JDK 21.
modules=$("$JAVA_HOME/bin/jdeps" --ignore-missing-deps --multi-release "$release" \
  --print-module-deps "$folder/tokenguard.jar" 2>/dev/null \
  | tr ',' '\n' | grep -v -x -e java.desktop -e java.sql | paste -s -d ,)
[ "$release" -ge 22 ] || modules=$modules,jdk.crypto.ec
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --output "$folder/runtime" \
  --strip-java-debug-attributes --no-header-files --no-man-pages
java=$folder/runtime/bin/java

# --- Native libraries ------------------------------------------------------------------------------
# Netty would write those in the jar to /tmp at every start, and a root that is read-only has none.
(cd "$work" && "$JAVA_HOME/bin/jar" --extract --file "$folder/tokenguard.jar" META-INF/native)
for library in "$work"/META-INF/native/lib*_"$machine".so; do
  if [ -f "$library" ]; then cp "$library" "$folder/lib/"; fi
done

# --- How the JVM runs ------------------------------------------------------------------------------
# For the least memory; no file of counters in /tmp. The cache of classes is mapped where it was made for, which
# keeps its pages as they are in the file: every pod of a node shares them, where each would have 25 MiB of its own.
options() {
  # 17 has some of the others from 17.0.9 on.
  echo "-XX:+IgnoreUnrecognizedVMOptions"
  echo "-XX:+UnlockDiagnosticVMOptions"
  echo "-XX:ArchiveRelocationMode=0"
  echo "-XX:+UseSerialGC"
  echo "-XX:TieredStopAtLevel=1"
  echo "-Xms16m"
  echo "-Xmn4m"
  echo "-Xmx48m"
  echo "-Xss512k"
  echo "-XX:-UsePerfData"
  echo "-XX:TrimNativeHeapInterval=1000"
  echo "-Djava.library.path=$1/lib"
}

# --- The cache of classes --------------------------------------------------------------------------
# JDK 25 keeps them loaded and linked; before 24 there is the archive of class data sharing.
if [ "$release" -ge 25 ]; then
  # Profiles are of no use to the first compiler, which is the only one here.
  train=(-XX:-AOTRecordTraining "-XX:AOTCacheOutput=$folder/tokenguard.aot")
  cache=$folder/tokenguard.aot
  use=-XX:AOTCache=$home/tokenguard.aot
else
  "$java" -XX:+UseSerialGC -Xshare:dump >/dev/null
  train=("-XX:ArchiveClassesAtExit=$folder/tokenguard.jsa")
  cache=$folder/tokenguard.jsa
  use=-XX:SharedArchiveFile=$home/tokenguard.jsa
fi

options "$folder" >"$work/options"
cp "$here/warm-up.yaml" "$work/catalog.yaml"
socket=$work/guard.sock
"$java" @"$work/options" "${train[@]}" -jar "$folder/tokenguard.jar" serve \
  --grpc.listen= --grpc.unix_socket="$socket" --http.listen=127.0.0.1:0 \
  --embedded.data_dir="$work/data" --catalog.file="$work/catalog.yaml" --sweep.pause=100ms \
  >"$work/log" 2>&1 &
server=$!
for _ in $(seq 600); do
  if grep -q ' HTTP at ' "$work/log" || ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.1
done
http=$(sed -n 's/.* HTTP at \([^ ]*\) after .*/\1/p' "$work/log")
[ -n "$http" ] || fail "the server did not start: $(cat "$work/log")"
"$JAVA_HOME/bin/java" -cp "$folder/tokenguard.jar" "$here/WarmUp.java" "unix:$socket" "http://$http" \
  >>"$work/log" 2>&1 || fail "the warm-up failed: $(cat "$work/log")"
kill "$server"
wait "$server" || fail "the server did not stop in order: $(cat "$work/log")"
server=
[ -s "$cache" ] || fail "no cache was written: $(cat "$work/log")"

{
  options "$home"
  echo "$use"
  echo "-jar"
  echo "$home/tokenguard.jar"
} >"$folder/tokenguard"

# For any user to read, and for nobody else to change.
chmod -R a+rX,go-w "$folder"
echo "$folder: Java $release, $(du -sm "$folder" | cut -f1) MB, $modules"
