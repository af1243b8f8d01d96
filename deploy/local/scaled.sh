# shellcheck shell=bash
# Several processes of each service on one machine, with the options that the manifests give: what up.sh uses beyond
# the plain form. haproxy knows from the start every place where a process may be and asks each for its health, as
# kubelet does. So scaling and restarting touch no balancer: what drains says NOT_SERVING and gets no new calls within
# two seconds, while it takes them for five (drain-delay). nginx without a licence asks no server for its health.
#
# Uses scoring_count, records_count and store of up.sh.

# Processes of one service, at most: each has three ports, and its connections in PostgreSQL.
most=16
postgres_port="${LADDER_POSTGRES_PORT:-7305}"
postgres_bin=/usr/lib/postgresql/15/bin
declare -A first_port=([scoring]="${LADDER_FIRST_SCORING_PORT:-7310}" [records]="${LADDER_FIRST_RECORDS_PORT:-7360}")
declare -A port_offset=([grpc]=0 [health]=1 [metrics]=2)

# Where one process listens.
place() { # <scoring|records> <number> <grpc|health|metrics>
  echo "127.0.0.1:$((first_port[$1] + 3 * ($2 - 1) + port_offset[$3]))"
}

# The options that pods have, as NAME=value, without those that say where things are.
manifest_options() { # <scoring|records>
  local elsewhere='LISTEN|ALLOW_INSECURE_NON_LOOPBACK|RECORDS|STORE|DATA_DIR|PASSWORD_FILE'
  {
    cat deploy/base/"$1".env
    if [[ $1 == records && ${store} == postgres ]]; then
      sed -nE 's/^  (LADDER_\w+): "?([^"]*)"?$/\1=\2/p' deploy/components/postgres-managed/options.yaml
    fi
  } | grep -E '^LADDER_' | grep -vE "^\w+_(${elsewhere})=" |
    sed -E "s/(_DRAIN_DELAY)=.*/\1=$(number drain-delay)/; s/(_DRAIN_GRACE)=.*/\1=$(number drain-grace)/"
}

# Starts one process of a service with options of its own after the common ones. Its name is part of its command line,
# in --port-file: is_running looks for it there.
start_server() { # <scoring|records> <number> <option>...
  local service="$1" at="$2" name="ladder-$1-$2"
  local -a environment
  shift 2
  mapfile -t environment < <(manifest_options "${service}")
  start "${name}" env "${environment[@]}" "${bin}/ladder-${service}" --port-file "${data}/run/${name}.port" \
    --listen "$(place "${service}" "${at}" grpc)" --health-listen "$(place "${service}" "${at}" health)" \
    --metrics-listen "$(place "${service}" "${at}" metrics)" --redis "127.0.0.1:${redis_port}" "$@"
}

# The processes of a service that are more than wanted end together.
stop_above() { # <scoring|records> <count>
  local name
  local -a leaving=()
  for name in $(started "ladder-$1"); do
    if ((${name##*-} > $2)); then leaving+=("${name}"); fi
  done
  stop "$(number termination-seconds)" "${leaving[@]}"
}

# PostgreSQL refuses root. Its own user may not look into root's home, so it is given that right.
as_postgres=()
if (($(id -u) == 0)); then
  as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=+dac_override
    --ambient-caps=+dac_override)
fi

ask_postgres() { # <statement>
  PGPASSWORD="$(cat "${data}/postgres-password")" PGCONNECT_TIMEOUT=1 \
    psql -h 127.0.0.1 -p "${postgres_port}" -U ladder -d postgres -At -c "$1"
}

start_postgres() {
  local folder="${data}/postgres" password="${data}/postgres-password"
  if [[ ! -e "${folder}/PG_VERSION" ]]; then
    (umask 077 && head -c 24 /dev/urandom | base64 >"${password}")
    mkdir -p "${folder}"
    if (($(id -u) == 0)); then chown postgres "${folder}"; fi
    "${as_postgres[@]}" "${postgres_bin}/initdb" -D "${folder}" -U ladder --pwfile="${password}" --auth=scram-sha-256 \
      --encoding=UTF8 --locale=C.UTF-8 >"${data}/log/initdb.log"
  fi
  # Only over loopback and with the password: a socket in a folder could have too long a name.
  start postgres "${as_postgres[@]}" "${postgres_bin}/postgres" -D "${folder}" -p "${postgres_port}" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=$((most * 10))
  wait_for "PostgreSQL on port ${postgres_port}" 30 ask_postgres "SELECT 1"
  if [[ -z "$(ask_postgres "SELECT 1 FROM pg_database WHERE datname = 'ladder'")" ]]; then
    ask_postgres "CREATE DATABASE ladder" >/dev/null
  fi
}

# One service behind one port. The check is a call of grpc.health.v1.Health/Check for "ready", frame by frame: haproxy
# speaks no gRPC by itself. 500 ms between two checks, 500 ms for one, twice: 2 s at most.
print_balanced() { # <scoring|records> <port>
  local at
  cat <<CFG

listen $1
  bind 127.0.0.1:$2 proto h2
  option tcp-check
  tcp-check connect
  # The preface of HTTP/2 and no settings.
  tcp-check send-binary 505249202a20485454502f322e300d0a0d0a534d0d0a0d0a000000040000000000
  # HEADERS: POST, http, :path /grpc.health.v1.Health/Check, :authority ladder,
  tcp-check send-binary 0000480104000000018386041c2f677270632e6865616c74682e76312e4865616c74682f436865636b
  tcp-check send-binary 01066c6164646572
  # content-type application/grpc, te trailers.
  tcp-check send-binary 0f10106170706c69636174696f6e2f677270630002746508747261696c657273
  # DATA: service "ready".
  tcp-check send-binary 00000c00010000000100000000070a057265616479
  # The message that says SERVING.
  tcp-check expect binary 00000000020801
CFG
  for ((at = 1; at <= most; at++)); do
    local health
    health="$(place "$1" "${at}" health)"
    echo "  server $1-${at} $(place "$1" "${at}" grpc) port ${health##*:}"
  done
}

# Calls that could not be handed over go to another server. What else goes wrong is told in gRPC's own words (14 is
# UNAVAILABLE) and left to the client's retries.
start_haproxy() {
  {
    cat <<'CFG'
global
  log stdout format raw local0 notice
defaults
  mode http
  log global
  balance roundrobin
  http-reuse always
  retries 3
  option redispatch 1
  timeout connect 1s
  timeout check 500ms
  timeout client 1h
  timeout server 1h
  http-error status 502 hdr grpc-status 14 hdr grpc-message "the server left"
  http-error status 503 hdr grpc-status 14 hdr grpc-message "no server is ready"
  http-error status 504 hdr grpc-status 14 hdr grpc-message "the server is silent"
  default-server proto h2 check inter 500ms fall 2 rise 1
CFG
    print_balanced scoring "${scoring_port}"
    print_balanced records "${records_port}"
  } >"${data}/run/haproxy.cfg"
  start haproxy /usr/sbin/haproxy -db -f "${data}/run/haproxy.cfg"
  wait_for "haproxy on port ${scoring_port}" 10 bash -c "</dev/tcp/127.0.0.1/${scoring_port}"
}

start_scaled() {
  local at
  local -a in_store=(--store sqlite --data-dir "${data}/records") database=(--data-dir "${data}/records")
  if [[ ${store} == postgres ]]; then
    start_postgres
    database=(--postgres "host=127.0.0.1 port=${postgres_port} dbname=ladder user=ladder"
      --postgres-password-file "${data}/postgres-password")
    in_store=(--store postgres "${database[@]}")
  fi
  "${bin}/ladderctl" store migrate "${database[@]}"
  start_haproxy
  for ((at = 1; at <= records_count; at++)); do
    # As in the plain form, figures come within a minute or two.
    start_server records "${at}" --release-tick 1m "${in_store[@]}"
  done
  for ((at = 1; at <= scoring_count; at++)); do
    start_server scoring "${at}" --records "127.0.0.1:${records_port}"
  done
  for ((at = 1; at <= records_count; at++)); do wait_for_server records "${at}"; done
  for ((at = 1; at <= scoring_count; at++)); do wait_for_server scoring "${at}"; done
  stop_above scoring "${scoring_count}"
  stop_above records "${records_count}"
}

# The other service is asked through the balancer, which so is seen to have somebody behind it.
wait_for_server() { # <scoring|records> <number>
  wait_for "ladder-$1-$2" 30 env "LADDERCTL_${1^^}=$(place "$1" "$2" grpc)" "${bin}/ladderctl" status --timeout 1
}

print_places() {
  local service at count
  echo "haproxy spreads the calls over (gRPC, health, metrics):"
  for service in scoring records; do
    count="${service}_count"
    for ((at = 1; at <= ${!count}; at++)); do
      echo "  ladder-${service}-${at}: $(place "${service}" "${at}" grpc)," \
        "$(place "${service}" "${at}" health), $(place "${service}" "${at}" metrics)"
    done
  done
}
