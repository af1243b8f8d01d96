#!/usr/bin/env bash
# Ladder on this machine: installs what is missing, builds, starts Redis and both services on loopback, publishes the
# quizzes that are shipped, and scores a sample. Run again it changes nothing. deploy/local/down.sh stops it.
#
# LADDER_DATA (default ~/.local/share/ladder), LADDER_SCORING_PORT (50061), LADDER_RECORDS_PORT (50062) and
# LADDER_REDIS_PORT (50063) say where.
set -euo pipefail
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "${root}"

build() {
  export CCACHE_BASEDIR="${root}" CCACHE_NOHASHDIR=1
  cmake --preset release >"${data}/log/build.log"
  cmake --build --preset release --target ladder-scoring ladder-records ladderctl | tee -a "${data}/log/build.log" |
    grep -E '^\[|error|FAILED' | tail -n 3
}

start_everything() {
  start redis-server redis-server --port "${redis_port}" --bind 127.0.0.1 --save '' --appendonly no \
    --maxmemory 64mb --maxmemory-policy allkeys-lru --dir "${data}/run"
  wait_for "Redis on port ${redis_port}" 10 redis-cli -p "${redis_port}" ping
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

mkdir -p "${data}/log" "${data}/run" "${data}/records"
chmod 700 "${data}"
echo "== Packages"
tools/install.sh run
echo "== Build"
build
echo "== Services"
start_everything
publish_quizzes

echo "== A sample, scored by the service"
# As any client would send it: made-up answers of a made-up client, under the same request_id each time.
"${bin}/ladderctl" score deploy/local/sample.json

cat <<NEXT

Ladder runs: scoring on 127.0.0.1:${scoring_port}, records on 127.0.0.1:${records_port}, data in ${data}.
Try next:
  1. ${bin#"${root}/"}/ladderctl take ladder-of-healing
  2. ${bin#"${root}/"}/ladderctl quiz show records-service/quizzes/ladder-of-healing.textproto
  3. ${bin#"${root}/"}/ladderctl demo population      (5,000 made-up clients, then what to look at)
  4. The first call from your own language: README.md, "A first call"
deploy/local/down.sh stops everything and keeps the data.
NEXT
