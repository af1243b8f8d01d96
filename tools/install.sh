#!/usr/bin/env bash
# Installs what a Debian 12 machine lacks: `install.sh run` for building and running Ladder, `install.sh scale` for
# several processes of each service on one machine, `install.sh test` for the tests and tools/check as well. Asks apt
# and npm only where something is missing, so a second run changes nothing, and the build itself needs no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

run_packages=(
  # Compiler and build.
  g++ cmake ninja-build ccache pkg-config git ca-certificates
  # What the user fixed: gRPC, Protocol Buffers, Abseil, hiredis, GoogleTest.
  libgrpc++-dev protobuf-compiler-grpc libprotobuf-dev protobuf-compiler libabsl-dev libhiredis-dev
  libgtest-dev libgmock-dev
  # What Debian's gRPC asks for when it is found by its CMake config.
  libc-ares-dev libre2-dev zlib1g-dev
  # Further libraries (docs/decisions/libraries.md).
  libuv1-dev libsqlite3-dev libpq-dev libssl-dev libboost-dev libgmp-dev libcli11-dev libspdlog-dev nlohmann-json3-dev libcsv-dev
  prometheus-cpp-dev
  libbenchmark-dev
  # Bundles the page of `ladderctl analytics report`.
  nodejs npm
  # Time zones by name, for figures over time.
  tzdata
  # Services.
  redis-server
)
scale_packages=(haproxy postgresql-15)
test_packages=(
  clang-format clang-tidy shellcheck
  # libFuzzer, its sanitizers and coverage.
  clang libclang-rt-14-dev llvm-14
  python3 python3-grpcio python3-protobuf
  pg-auto-failover-cli postgresql-15-auto-failover
  # Calls for what deploy/scaling/measure.py measures.
  nghttp2-client
  # Steps the time of day of one process.
  faketime
  # Machines of their own, with a DNS.
  iproute2 dnsmasq-base
  # The report's page is looked at in a browser, which needs letters.
  chromium fonts-liberation
  # Rules and dashboards are checked by promtool and by a Prometheus that scrapes; strace makes a disk slow.
  prometheus strace
  # Builds the image and runs it; iptables for a network between pods.
  podman runc conmon netavark aardvark-dns catatonit iptables mmdebstrap
  binutils curl util-linux
)

# The packages of the list that are not installed.
missing() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "${package}" 2>/dev/null | grep -qx installed || echo "${package}"
  done
}

install_packages() {
  local -a wanted
  mapfile -t wanted < <(missing "$@")
  [[ ${#wanted[@]} -eq 0 ]] && return
  echo "Installing ${wanted[*]}"
  local sudo=()
  [[ $(id -u) -eq 0 ]] || sudo=(sudo)
  # The units of redis-server, postgresql-15, haproxy and prometheus are not wanted here: Ladder and its tests start
  # their own.
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
}

# A Node.js from elsewhere serves as well; Debian's own packages would clash with it.
without_node_if_present() {
  if command -v npm >/dev/null; then
    printf '%s\n' "$@" | grep -vxE 'nodejs|npm'
  else
    printf '%s\n' "$@"
  fi
}

# What a folder takes from npm, by its lock file.
install_from_npm() { # <folder>
  if [[ ! -d $1/node_modules || $1/package-lock.json -nt $1/node_modules ]]; then
    npm install --prefix "$1" --no-save --no-audit --no-fund --loglevel=error
    touch "$1/node_modules"
  fi
}

# kustomize, which Debian has from trixie on and which needs nothing but libc. Its package comes from the mirror that apt
# uses, through apt, and is checked against a hash; once it is there no network is needed.
kustomize_version="5.6.0+ds-1+b2"
declare -A kustomize_sha256=(
  [amd64]=552bbe5563b522685b10f75a9a226bfbee9778fc313b205d595fdbb7e9c70e33
  [arm64]=32d0e1959b5fc257101c8d6139da72af38ff7ce777089666f9d1c916810f1800
)

install_kustomize() {
  local architecture mirror url folder work
  architecture="$(dpkg --print-architecture)"
  folder="${XDG_CACHE_HOME:-${HOME}/.cache}/ladder"
  if [[ "$(readlink "${folder}/kustomize")" == "kustomize-${kustomize_version}/usr/bin/kustomize" ]]; then
    return
  fi
  # shellcheck disable=SC2016  # apt replaces these, not the shell.
  mirror="$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' | sed -nE 's|^Debian (.*/debian/)$|\1|p' | head -n 1)"
  url="${mirror:-http://deb.debian.org/debian/}pool/main/k/kustomize/kustomize_${kustomize_version}_${architecture}.deb"
  echo "Fetching ${url}"
  work="$(mktemp -d)"
  if ! /usr/lib/apt/apt-helper download-file "${url}" "${work}/kustomize.deb" \
    "SHA256:${kustomize_sha256[${architecture}]:-none is known for ${architecture}}" >"${work}/log" 2>&1; then
    cat "${work}/log" >&2
    rm -rf "${work}"
    echo "kustomize cannot be fetched from ${url}, so the tests of deploy/ cannot run" >&2
    return 1
  fi
  mkdir -p "${folder}"
  dpkg -x "${work}/kustomize.deb" "${folder}/kustomize-${kustomize_version}"
  ln -sfn "kustomize-${kustomize_version}/usr/bin/kustomize" "${folder}/kustomize"
  rm -rf "${work}"
}

case "${1:-}" in
  run) packages=("${run_packages[@]}") ;;
  scale) packages=("${scale_packages[@]}") ;;
  test) packages=("${run_packages[@]}" "${scale_packages[@]}" "${test_packages[@]}") ;;
  *)
    echo "usage: tools/install.sh run|scale|test" >&2
    exit 2
    ;;
esac
mapfile -t packages < <(without_node_if_present "${packages[@]}")
install_packages "${packages[@]}"
# The report's plotting library and esbuild, which the build needs.
if [[ $1 != scale ]]; then install_from_npm tools/report; fi
# buf, the grpc-js client of the end-to-end tests, what looks at the report, and what checks deploy/.
if [[ $1 == test ]]; then
  install_from_npm tests/node
  install_kustomize
fi
