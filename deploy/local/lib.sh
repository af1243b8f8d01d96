# shellcheck shell=bash
# What up.sh and down.sh share: where things are and how a process is started and stopped by its id.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# Everything that stays: databases, logs and process ids.
data="${LADDER_DATA:-${HOME}/.local/share/ladder}"
bin="${LADDER_BIN:-${root}/.build/release/bin}"
scoring_port="${LADDER_SCORING_PORT:-7301}"
records_port="${LADDER_RECORDS_PORT:-7302}"
redis_port="${LADDER_REDIS_PORT:-7304}"
export LADDERCTL_SCORING="127.0.0.1:${scoring_port}" LADDERCTL_RECORDS="127.0.0.1:${records_port}"

# A number of the manifests, by its name.
number() { # <name>
  sed -nE "s/^  $1: \"?([0-9]+s?)\"?\$/\1/p" "${root}/deploy/base/numbers.yaml"
}

# Whether the process that `name` names still runs: the id of an ended one may belong to a stranger by now.
is_running() { # <name>
  local pid
  pid="$(cat "${data}/run/$1.pid" 2>/dev/null)" || return 1
  [[ -r "/proc/${pid}/cmdline" ]] && tr '\0' ' ' <"/proc/${pid}/cmdline" | grep -q -- "$1\b"
}

# The names of what was started under a name, or under that name and a number.
started() { # <name>
  local file
  for file in "${data}/run/$1"{,-+([0-9])}.pid; do
    [[ -e "${file}" ]] && basename "${file}" .pid
  done
}

# Starts a program in the background unless it runs. It outlives this shell.
start() { # <name> <command>...
  local name="$1"
  shift
  if is_running "${name}"; then
    return
  fi
  setsid "$@" >>"${data}/log/${name}.log" 2>&1 </dev/null &
  echo $! >"${data}/run/${name}.pid"
}

# Ends programs with SIGTERM, all at once, and waits until they are gone; asks more firmly after a while.
stop() { # <seconds> <name>...
  local until=$((SECONDS + $1)) name pid
  shift
  for name in "$@"; do
    if is_running "${name}"; then kill -TERM "$(cat "${data}/run/${name}.pid")"; fi
  done
  for name in "$@"; do
    while is_running "${name}"; do
      if ((SECONDS > until)); then
        pid="$(cat "${data}/run/${name}.pid")"
        echo "${name} (process ${pid}) did not stop in time: killed" >&2
        kill -KILL "${pid}" || true
        break
      fi
      sleep 0.1
    done
    rm -f "${data}/run/${name}".{pid,port}
  done
}

# Runs a command until it succeeds, at most so many seconds.
wait_for() { # <what> <seconds> <command>...
  local what="$1" until=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= until)); then
      echo "${what} is not there; see ${data}/log" >&2
      return 1
    fi
    sleep 0.2
  done
}
