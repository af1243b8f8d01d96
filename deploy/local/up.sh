#!/usr/bin/env bash
# Ladder on this machine: installs what is missing, builds, starts Redis and both services on loopback, publishes the
# quizzes that are shipped, and scores a sample. Run again it changes nothing. deploy/local/down.sh stops it.
#
#   up.sh [--scoring N] [--records M] [--store sqlite|postgres]
#
# Without options it is one process of each, with SQLite. With N or M above 1, or with --store postgres, haproxy stands
# in front of N scoring and M records processes, which have the options of the manifests in deploy/base (scaled.sh).
# Other numbers than before start what is missing and drain what is too many; the rest runs on. M above 1 needs
# --store postgres, which starts a PostgreSQL for Ladder alone; the two stores do not share their data.
#
# LADDER_DATA (default ~/.local/share/ladder), LADDER_SCORING_PORT (7301), LADDER_RECORDS_PORT (7302),
# LADDER_REDIS_PORT (7304) and LADDER_POSTGRES_PORT (7305) say where. Behind haproxy each process has three ports
# (gRPC, health, metrics), from LADDER_FIRST_SCORING_PORT (7310) and LADDER_FIRST_RECORDS_PORT (7360) on. LADDER_BIN:
# a folder that has the binaries already; nothing is built then, nor installed for building.
set -euo pipefail
shopt -s extglob
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=deploy/local/scaled.sh
source "$(dirname "${BASH_SOURCE[0]}")/scaled.sh"
cd "${root}"

scoring_count=1
records_count=1
store=sqlite

refuse() { # <why>
  echo "up.sh: $1" >&2
  exit 2
}

count_of() { # <option> <value>
  if [[ ! $2 =~ ^[1-9][0-9]?$ ]] || (($2 > most)); then refuse "$1 takes a number from 1 to ${most}"; fi
  echo "$2"
}

read_options() { # <argument>...
  while (($# > 0)); do
    case "$1" in
      -h | --help)
        sed -n '2,/^set /{s/^# \{0,1\}//p}' deploy/local/up.sh
        exit
        ;;
      --scoring) scoring_count="$(count_of "$1" "${2:-}")" ;;
      --records) records_count="$(count_of "$1" "${2:-}")" ;;
      --store) store="${2:-}" ;;
      *) refuse "'$1' is no option: up.sh [--scoring N] [--records M] [--store sqlite|postgres]" ;;
    esac
    shift 2 || break
  done
  [[ ${store} == @(sqlite|postgres) ]] || refuse "--store takes sqlite or postgres"
  if ((records_count > 1)) && [[ ${store} == sqlite ]]; then
    refuse "--records ${records_count} needs --store postgres: an SQLite database is one process's"
  fi
}

# Sets `form`: "plain", or "scaled" and the store. What runs keeps its form, as its ports and its data hang on it.
choose_form() {
  local running
  form=plain
  if ((scoring_count > 1 || records_count > 1)) || [[ ${store} == postgres ]]; then form="scaled ${store}"; fi
  if ! is_running haproxy && ! is_running ladder-records; then return; fi
  running="$(cat "${data}/run/form" 2>/dev/null || echo plain)"
  if [[ ${form} == plain && ${running} == "scaled sqlite" ]]; then form="${running}"; fi
  [[ ${running} == "${form}" ]] || refuse "Ladder runs as '${running}', not as '${form}': deploy/local/down.sh first"
}

build() {
  export CCACHE_BASEDIR="${root}" CCACHE_NOHASHDIR=1
  cmake --preset release >"${data}/log/build.log"
  cmake --build --preset release --target ladder-scoring ladder-records ladderctl | tee -a "${data}/log/build.log" |
    grep -E '^\[|error|FAILED' | tail -n 3
}

start_redis() {
  start redis-server redis-server --port "${redis_port}" --bind 127.0.0.1 --save '' --appendonly no \
    --maxmemory 64mb --maxmemory-policy allkeys-lru --dir "${data}/run"
  wait_for "Redis on port ${redis_port}" 10 redis-cli -p "${redis_port}" ping
}

start_plain() {
  # Safe beside a running service, and nothing to do where the schema is the one of this release.
  "${bin}/ladderctl" store migrate --data-dir "${data}/records"
  # Whoever tries Ladder sees figures within a minute or two, not within the 15 that a tick has by default. The promise
  # does not depend on it: cohorts close by their size.
  start ladder-records "${bin}/ladder-records" --listen "127.0.0.1:${records_port}" --drain-delay 0s --release-tick 1m \
    --data-dir "${data}/records" --redis "127.0.0.1:${redis_port}"
  start ladder-scoring "${bin}/ladder-scoring" --listen "127.0.0.1:${scoring_port}" --drain-delay 0s \
    --records "127.0.0.1:${records_port}" --redis "127.0.0.1:${redis_port}"
  wait_for "a service" 30 "${bin}/ladderctl" status --timeout 1
}

publish_quizzes() {
  local quiz
  for quiz in records-service/quizzes/*.textproto; do
    "${bin}/ladderctl" quiz publish --activate "${quiz}"
  done
}

read_options "$@"
choose_form
mkdir -p "${data}/log" "${data}/run" "${data}/records"
chmod 700 "${data}"
echo "== Packages"
if [[ -z ${LADDER_BIN:-} ]]; then tools/install.sh run; fi
if [[ ${form} != plain ]]; then tools/install.sh scale; fi
if [[ -z ${LADDER_BIN:-} ]]; then
  echo "== Build"
  build
fi
echo "== Services"
echo "${form}" >"${data}/run/form"
start_redis
if [[ ${form} == plain ]]; then start_plain; else start_scaled; fi
publish_quizzes

echo "== A sample, scored by the service"
# As any client would send it: made-up answers of a made-up client, under the same request_id each time.
"${bin}/ladderctl" score deploy/local/sample.json

cat <<NEXT

Ladder runs: scoring on 127.0.0.1:${scoring_port}, records on 127.0.0.1:${records_port}, data in ${data}.
NEXT
if [[ ${form} != plain ]]; then print_places; fi
cat <<NEXT
Try next:
  1. ${bin#"${root}/"}/ladderctl take ladder-of-healing
  2. ${bin#"${root}/"}/ladderctl quiz show records-service/quizzes/ladder-of-healing.textproto
  3. ${bin#"${root}/"}/ladderctl demo population      (5,000 made-up clients, then what to look at)
  4. The first call from your own language: README.md, "A first call"
deploy/local/down.sh stops everything and keeps the data.
NEXT
