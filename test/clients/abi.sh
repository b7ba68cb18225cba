#!/usr/bin/env bash
# Whether liblars.so has the ABI that programs were linked with: that of client/liblars.abi, which
# may gain functions and types, and changes or loses none.
#   abi.sh BUILD           compares
#   abi.sh BUILD --keep    writes client/liblars.abi anew: with a new SOVERSION, or after an addition
# BUILD is one with debugging information, such as build/asan.
set -euo pipefail

client=$(cd "$(dirname "$0")/../../client" && pwd)
library=$1/client/liblars.so
# Where the types are, and how it was compiled, is nobody's ABI.
plain=(--no-show-locs --no-corpus-path --no-comp-dir-path --drop-private-types
    --headers-dir "$client/include")

if [[ ${2:-} == --keep ]]; then
    abidw "${plain[@]}" --out-file "$client/liblars.abi" "$library"
    # Of libraries that are linked, those of a sanitizer aren't in what is installed.
    sed -i '/<elf-needed>/,/<\/elf-needed>/d' "$client/liblars.abi"
    exit 0
fi

# Its status says, as bits, that there are changes (4), and that they are incompatible (8).
status=0
report=$(abidiff --headers-dir1 "$client/include" --headers-dir2 "$client/include" \
    --drop-private-types "$client/liblars.abi" "$library") || status=$?
if ((status & ~4)); then
    printf '%s\n' "$report"
    exit 1
fi

exported=$(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -v '^LARS_1$' || true)
others=$(grep -v '^lars_.*@@LARS_1$' <<< "$exported" || true)
[[ -z $others ]] || { printf 'more than the API is exported:\n%s\n' "$others"; exit 1; }
