#!/usr/bin/env bash
# Stops what up.sh started, scoring first so that nothing it accepted is lost. The data stays.
set -euo pipefail
shopt -s extglob
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for service in ladder-scoring ladder-records; do
  mapfile -t names < <(started "${service}")
  stop "$(number termination-seconds)" "${names[@]}"
done
stop 10 haproxy redis-server
stop 30 postgres
rm -f "${data}/run/form" "${data}/run/haproxy.cfg"
echo "Ladder is stopped; its data stays in ${data}."
