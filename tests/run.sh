#!/usr/bin/env bash
# Installs what the tests need, builds, and runs them:
#
#   tests/run.sh          everyday suite: tools/check, sanitizers where they tell most, five minutes of fuzzing, all tests on
#                         the release build
#   tests/run.sh --long   everything: the long tests, AddressSanitizer on all tests, clang-tidy on every file
#
# Ends with ctest's summary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CCACHE_BASEDIR="${PWD}" CCACHE_NOHASHDIR=1
jobs="$(nproc)"

long=false
case "${1:-}" in
  "") ;;
  --long) long=true ;;
  *)
    echo "usage: tests/run.sh [--long]" >&2
    exit 2
    ;;
esac

step() { printf '\n== %s (%s s since the start)\n' "$1" "${SECONDS}"; }

configure_and_build() { # <preset> [<target>...]
  local preset="$1"
  shift
  cmake --preset "${preset}" >/dev/null
  cmake --build --preset "${preset}" -- "$@"
}

step "packages"
tools/install.sh test

step "release build"
configure_and_build release

step "tools/check"
if ${long}; then tools/check --all; else tools/check --ci; fi

step "ThreadSanitizer: everything that does not link gRPC"
configure_and_build tsan
ctest --preset tsan -j "${jobs}" -LE 'long|bench'

if ${long}; then
  asan="asan-ubsan"
else
  asan="asan-ubsan-core"
fi
step "AddressSanitizer and UndefinedBehaviorSanitizer: ${asan}"
configure_and_build "${asan}"
ctest --preset "${asan}" -j "${jobs}" -LE 'long|bench'

step "fuzzing"
tests/fuzz/run.sh

step "all tests on the release build"
if ${long}; then
  ctest --preset release -j "${jobs}" -LE bench
else
  ctest --preset release -j "${jobs}" -LE 'long|bench'
fi
