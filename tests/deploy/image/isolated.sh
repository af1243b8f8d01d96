#!/usr/bin/env bash
# Runs a command where `podman` can start containers and leaves nothing behind, whatever becomes of the command:
#
#   tests/deploy/image/isolated.sh <command>...
#
# The command gets a network, processes and mounts of its own, which end with it, and podman keeps its images in a
# temporary folder. Ends with 77, which ctest counts as skipped, and says why, where this machine cannot run containers.
set -euo pipefail

skip() { # <why>
  echo "SKIPPED, no containers were run: $1" >&2
  exit 77
}

# What runc of Debian 12 can do without systemd; nothing of the machine's own settings.
write_settings() {
  cat >"${CONTAINERS_CONF}" <<CONF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "${LADDER_CONTAINERS}/networks"
CONF
  cat >"${CONTAINERS_STORAGE_CONF}" <<CONF
[storage]
driver = "vfs"
graphroot = "${LADDER_CONTAINERS}/storage"
runroot = "/run/containers/storage"
CONF
}

# A container of one program that needs no library. What fails here is the machine, not the image.
try_a_container() {
  local folder="${LADDER_CONTAINERS}/trial"
  mkdir "${folder}"
  cp /sbin/ldconfig "${folder}/"
  printf '%s\n' 'FROM scratch' 'COPY ldconfig /' >"${folder}/Containerfile"
  podman build --quiet --tag localhost/trial "${folder}" &&
    podman run --rm --network none --read-only --cap-drop all --security-opt no-new-privileges --user 10001:10001 \
      --memory 64m --pids-limit 100 localhost/trial /ldconfig --version &&
    podman image rm localhost/trial
}

# The second half, in namespaces of its own: what podman writes outside of its storage is written to memory.
inside() { # <command>...
  local folder
  for folder in /run /dev/shm /var/lib/containers; do
    mkdir -p "${folder}"
    mount -t tmpfs -o mode=755 tmpfs "${folder}"
  done
  ip link set lo up
  write_settings
  try_a_container >"${LADDER_CONTAINERS}/trial.log" 2>&1 || {
    cat "${LADDER_CONTAINERS}/trial.log" >&2
    skip "podman cannot start one here; what it said is above"
  }
  "$@"
}

if [[ "${LADDER_ISOLATED:-}" == yes ]]; then
  inside "$@"
  exit
fi

(($# > 0)) || {
  echo "usage: isolated.sh <command>..." >&2
  exit 2
}
[[ $(id -u) -eq 0 ]] || skip "this needs root"
for program in podman runc conmon netavark; do
  command -v "${program}" >/dev/null || [[ -x "/usr/lib/podman/${program}" ]] ||
    skip "${program} is missing: tools/install.sh test installs it"
done
namespaces=(unshare --net --mount --pid --fork --kill-child --mount-proc)
"${namespaces[@]}" true || skip "namespaces cannot be made here"

LADDER_CONTAINERS="$(mktemp -d)"
export LADDER_CONTAINERS LADDER_ISOLATED=yes TMPDIR="${LADDER_CONTAINERS}"
export CONTAINERS_CONF="${LADDER_CONTAINERS}/containers.conf"
export CONTAINERS_STORAGE_CONF="${LADDER_CONTAINERS}/storage.conf"
trap 'rm -rf "${LADDER_CONTAINERS}"' EXIT
status=0
"${namespaces[@]}" "${BASH_SOURCE[0]}" "$@" || status=$?
# Where podman put containers. Not empty: another podman on this machine still has some, and that stays.
find /sys/fs/cgroup -depth -type d -path '*/libpod_parent*' -exec rmdir {} + 2>/dev/null || true
exit "${status}"
