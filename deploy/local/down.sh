#!/usr/bin/env bash
# Stops what up.sh started, scoring first so that nothing it accepted is lost. The data stays.
set -euo pipefail
# shellcheck source=deploy/local/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

stop ladder-scoring 40
stop ladder-records 40
stop redis-server 10
echo "Ladder is stopped; its data stays in ${data}."
