#!/usr/bin/env bash
# Whether liblars.so has the ABI that programs were linked with: that of client/liblars.abi, which
# may gain functions, and changes or loses nothing. A struct that begins with its size may gain fields
# at its end: that is looked at, and then kept.
#   abi.sh BUILD           compares
#   abi.sh BUILD --keep    writes client/liblars.abi anew: with a new SOVERSION, or after an addition
# The types are taken from lars/client.h, by a library in C with functions that do nothing, since
# those of the library itself are among thousands that are nobody's business; its symbols are those
# of the header, and no others.
set -euo pipefail

client=$(cd "$(dirname "$0")/../../client" && pwd)
library=$1/client/liblars.so
work=$(mktemp -d --suffix=.lars-abi)
trap 'rm -rf "$work"' EXIT

shape_of() { # HEADER LIBRARY : makes a library with the header's functions
    local directory
    directory=$(mktemp -d -p "$work")
    mkdir "$directory/lars"
    cp "$1" "$directory/lars/client.h"
    {
        echo '#include <lars/client.h>'
        perl -0777 -ne 'print "$1 { __builtin_trap(); }\n" while /^LARS_API ([^;]*\));/mg' "$1"
    } > "$directory/stubs.c"
    cc -g -shared -fPIC -w -I"$directory" -Wl,-soname,liblars.so.1 "$directory/stubs.c" -o "$2"
}

is_compatible() { # LIBRARY
    abidiff --no-added-syms "$client/liblars.abi" "$1" > "$work/report"
}

shape_of "$client/include/lars/client.h" "$work/now.so"
if [[ ${2:-} == --keep ]]; then
    abidw --no-show-locs --no-corpus-path --no-comp-dir-path --out-file "$client/liblars.abi" \
        "$work/now.so"
    exit 0
fi
is_compatible "$work/now.so" || { cat "$work/report"; exit 1; }

# That a break is noticed: another type of a field, and a function that went.
sed 's/    uint16_t port;/    uint32_t port;/' "$client/include/lars/client.h" > "$work/field.h"
sed 's/^LARS_API uint64_t lars_hash(.*//' "$client/include/lars/client.h" > "$work/function.h"
for broken in field function; do
    shape_of "$work/$broken.h" "$work/$broken.so"
    ! is_compatible "$work/$broken.so" || { echo "a broken $broken isn't noticed"; exit 1; }
done

symbols() { nm -D --defined-only "$1" | sed -n 's/.* T \([^@]*\).*/\1/p' | sort; }
diff <(symbols "$work/now.so") <(symbols "$library") ||
    { echo "the library's symbols aren't those of the header"; exit 1; }
