# What the scripts share. Sourced, not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
started=$SECONDS

# Several clones on one machine share what ccache holds.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

say() { printf '[%3ds] %s\n' $((SECONDS - started)) "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# build PRESET [TARGET...]: configures when that hasn't been done, and builds.
build() {
    local preset=$1
    shift
    [[ -f $root/build/$preset/build.ninja ]] || say "configuring $preset"
    (cd "$root" && cmake --preset "$preset" > "$root/.configure-$preset.log" 2>&1) || {
        cat "$root/.configure-$preset.log" >&2
        die "cmake --preset $preset failed"
    }
    rm -f "$root/.configure-$preset.log"
    say "building $preset${*:+: $*}"
    local targets=()
    (($# > 0)) && targets=(--target "$@")
    cmake --build "$root/build/$preset" "${targets[@]}" -- --quiet ||
        die "the build of preset $preset failed"
}
