#!/usr/bin/env bash
# Builds the fuzz targets with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, and runs them:
#
#   tests/fuzz/run.sh                     all targets, five minutes together, as CI does
#   tests/fuzz/run.sh --nightly           ten million runs of each, of `definition` one million, and what they covered
#   tests/fuzz/run.sh --nightly TARGET    the same for one target
#
# A finding is written to .build/fuzz/findings/<target>/: put it into tests/fuzz/findings/<target>/, where the everyday
# suite replays it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export CCACHE_BASEDIR="${PWD}" CCACHE_NOHASHDIR=1

everyday_seconds=300
nightly_runs=10000000
nightly_runs_of_definition=1000000  # One compiles a quiz, runs its examples and tries some forms.
# One input: so long and so large at most, sanitizers included. A cost that grows faster than its bytes shows here.
limits=(-timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=512 -max_len=65536)

nightly=false
if [[ "${1:-}" == --nightly ]]; then
  nightly=true
  shift
fi

cmake --preset asan-ubsan-core >/dev/null
cmake --build --preset asan-ubsan-core --target fuzzers
programs=.build/asan-ubsan-core/bin
targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
  for program in "${programs}"/fuzz_*; do targets+=("${program##*/fuzz_}"); done
fi

# Two at a time, since CI has two cores.
run_target() { # <target>
  local target="$1" corpus=".build/fuzz/corpus/$1" findings=".build/fuzz/findings/$1"
  local -a amount
  mkdir -p "${corpus}" "${findings}"
  if ${nightly}; then
    amount=(-runs="${nightly_runs}")
    if [[ ${target} == definition ]]; then amount=(-runs="${nightly_runs_of_definition}"); fi
  else
    amount=(-max_total_time=$((everyday_seconds * 2 / ${#targets[@]})))
  fi
  echo "fuzzing ${target}: ${amount[*]}"
  if ! "${programs}/fuzz_${target}" "${corpus}" "${amount[@]}" "${limits[@]}" -artifact_prefix="${findings}/" \
    -print_final_stats=1 >".build/fuzz/${target}.log" 2>&1; then
    tail -n 40 ".build/fuzz/${target}.log" >&2
    echo "${target}: found something; the input lies in ${findings}/" >&2
    return 1
  fi
  grep -E '^(#|stat::number_of_executed|stat::slowest)' ".build/fuzz/${target}.log" | tail -n 3
}

# Lines and branches of our own code that the corpora reach.
report_coverage() {
  cmake --preset fuzz-coverage >/dev/null
  cmake --build --preset fuzz-coverage --target fuzzers
  local target
  local -a objects=()
  for target in "${targets[@]}"; do
    LLVM_PROFILE_FILE=".build/fuzz/${target}.profraw" ".build/fuzz-coverage/bin/fuzz_${target}" -runs=0 \
      ".build/fuzz/corpus/${target}" >/dev/null 2>&1
    objects+=(-object ".build/fuzz-coverage/bin/fuzz_${target}")
  done
  llvm-profdata-14 merge -o .build/fuzz/all.profdata .build/fuzz/*.profraw
  llvm-cov-14 report "${objects[@]:1}" -instr-profile .build/fuzz/all.profdata \
    -ignore-filename-regex='^(/usr|proto|.*\.pb\.|.*/tests/)'
}

failed=false
running=0
for target in "${targets[@]}"; do
  run_target "${target}" &
  running=$((running + 1))
  if ((running == 2)); then
    wait -n || failed=true
    running=$((running - 1))
  fi
done
while ((running > 0)); do
  wait -n || failed=true
  running=$((running - 1))
done
if ${failed}; then exit 1; fi
if ${nightly}; then report_coverage; fi
