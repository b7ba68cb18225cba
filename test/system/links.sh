#!/usr/bin/env bash
# What programs and the client library link: links.sh BUILD_DIRECTORY NINJA. Prints each program's
# libraries; fails if the agent has a database, or an application of lars::client Boost or protobuf.
set -euo pipefail
cd "$1"
ninja=$2
status=0

needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
loaded() { ldd "$1" | sed 's/ (.*//'; }                          # with what those need in turn
linked() { "$ninja" -t commands "$1" | tail -n 1 | tr ' ' '\n'; } # archives too
objects() { linked "$1" | grep '\.o$'; }
headers() { "$ninja" -t deps $(objects "$1"); } # that an archive's objects were made from
symbols() { nm -C "$1" 2> /dev/null; }

# refuse WHAT PATTERN: fails for the lines of its input that match.
refuse() {
    local found
    found=$(grep -iE "$2" | sort -u | head -n 5 || true)
    [[ -z $found ]] && return 0
    printf '%s:\n%s\n' "$1" "$found"
    return 1
}
expect_none() { # PROGRAM PATTERN
    needed "$1" | refuse "$1 needs" "$2" || status=1
    loaded "$1" | refuse "$1 loads" "$2" || status=1
    linked "$1" | refuse "$1 is linked with" "$2" || status=1
}
# The patterns and readers are right only if they find what is there.
expect_some() { # READER PROGRAM PATTERN
    if "$1" "$2" | refuse "" "$3" > /dev/null; then
        echo "$1 $2: finds nothing of $3, though it's there"
        status=1
    fi
}

for program in bin/lars bin/lars-*; do
    echo "$program:" $(needed "$program")
done

database='mariadb|mysql|sqlite|lars_(store|admin)'
expect_none bin/lars-agent "$database"
for reader in needed loaded linked; do expect_some $reader bin/lars-dns "$database"; done

others='boost|protobuf|mariadb|sqlite|spdlog|libfmt|prometheus|lars_(base|wire|proto|runtime)'
client=client/liblars_client.a
expect_none test-bin/links_application "$others"
linked "$client" | refuse "$client is made of" "$others" || status=1
symbols "$client" | refuse "$client has" 'boost::|google::protobuf|lars::proto' || status=1
headers "$client" | refuse "$client includes" '/boost/|/google/|\.pb\.h|spdlog' || status=1
for reader in needed loaded linked; do expect_some $reader bin/lars-agent "$others"; done
expect_some symbols bin/lars-agent 'google::protobuf'
expect_some headers libs/wire/liblars_wire.a '\.pb\.h'
exit $status
