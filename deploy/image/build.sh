#!/usr/bin/env bash
# Builds the image `ladder` with podman:
#
#   deploy/image/build.sh                        in a Debian 12 made by mmdebstrap from the mirror that it uses
#   deploy/image/build.sh --base IMAGE           in this image: a Debian 12, perhaps with another gRPC in /usr/local
#   deploy/image/build.sh --binaries DIR         compiles nothing: takes the binaries in DIR, which were built on this
#                                                machine or one like it, and this machine's libraries (as root)
#     --grpc-version VERSION                     the gRPC that it has to be built with (default: Debian 12's 1.51.1)
#     --tag NAME                                 default: localhost/ladder:<version in CMakeLists.txt>
#
# The base made by mmdebstrap stays as localhost/ladder-base:bookworm; remove it to have a newer one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version="$(sed -nE 's/^project\(Ladder VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)"
made_base="localhost/ladder-base:bookworm"

base=""
binaries=""
grpc_version="1.51.1"
tag="localhost/ladder:${version}"

usage() {
  sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

needs() { # <program>...
  local program
  for program in "$@"; do
    command -v "${program}" >/dev/null || {
      echo "build.sh needs ${program}: tools/install.sh test installs it" >&2
      exit 1
    }
  done
}

make_base() {
  if ! podman image exists "${made_base}"; then
    needs mmdebstrap
    echo "Making ${made_base}"
    mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm | podman import --quiet - "${made_base}"
  fi
  base="${made_base}"
}

# Binaries that are there already tell their gRPC by the library that they load.
check_grpc_of_binaries() {
  local library found
  library="$(ldd "${binaries}/ladder-scoring" | sed -nE 's/.*libgrpc\+\+\.so[^ ]* => ([^ ]+).*/\1/p')"
  found="$(basename "$(readlink -f "${library:-no gRPC as a shared library}")")"
  if [[ "${found}" != "libgrpc++.so.${grpc_version}" ]]; then
    echo "build.sh: --grpc-version is ${grpc_version}, and ${binaries}/ladder-scoring loads ${found}" >&2
    exit 1
  fi
}

build() { # <further options>...
  podman build --file deploy/image/Containerfile --target ladder --tag "${tag}" \
    --build-arg GRPC_VERSION="${grpc_version}" --build-arg LADDER_VERSION="${version}" "$@" .
}

while (($# > 0)); do
  (($# > 1)) || usage
  case "$1" in
    --base) base="$2" ;;
    --binaries) binaries="$(realpath -e "$2")" ;;
    --grpc-version) grpc_version="$2" ;;
    --tag) tag="$2" ;;
    *) usage ;;
  esac
  shift 2
done
if [[ -n "${base}" && -n "${binaries}" ]]; then
  echo "build.sh: --binaries compiles nothing, so it needs no --base" >&2
  exit 2
fi
needs podman

if [[ -n "${binaries}" ]]; then
  check_grpc_of_binaries
  work="$(mktemp -d)"
  trap 'rm -rf "${work}"' EXIT
  deploy/image/collect.sh "${binaries}" records-service/quizzes "${work}/root-of-image"
  build --quiet --build-context collect="${work}" >/dev/null
else
  if [[ -z "${base}" ]]; then make_base; fi
  build --build-arg BASE="${base}"
fi
echo "${tag}: $(podman image inspect --format '{{.Size}}' "${tag}" | numfmt --to=iec-i --suffix=B)"
