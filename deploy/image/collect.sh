#!/usr/bin/env bash
# Puts together the root of the image `ladder`: the binaries, the shipped quizzes, the libraries and the loader that they
# need, and the data that those libraries read.
#
#   deploy/image/collect.sh <folder with the binaries> <folder with the quizzes> <root, made anew>
set -euo pipefail

binaries=(ladder-scoring ladder-records ladderctl)
user_id=10001

from="$1"
quizzes="$2"
to="$3"

# The files that the dynamic loader takes for the binaries, the loader itself among them.
needed_libraries() {
  local listed
  listed="$(ldd "${binaries[@]/#/${from}/}")"
  if grep 'not found' <<<"${listed}" >&2; then
    echo "collect.sh: these libraries are missing here; the binaries were built on another machine" >&2
    return 1
  fi
  sed -nE 's/^[[:space:]]+([^ ]+ => )?(\/[^ ]+) \(0x[0-9a-f]+\)$/\2/p' <<<"${listed}" | sort -u
}

# Each library goes where Debian's loader looks without an ld.so.cache, wherever it was found here.
copy_libraries() {
  local libraries path library_folder
  libraries="$(needed_libraries)"
  library_folder="$(dirname "$(readlink -f "$(grep '/libc\.so\.' <<<"${libraries}")")")"
  while read -r path; do
    case "${path}" in
      */glibc-hwcaps/*)
        echo "collect.sh: ${path} is for this machine's processor alone" >&2
        return 1
        ;;
      # Binaries name the loader by its whole path.
      */ld-linux*) install -D "${path}" "${to}/usr${path#/usr}" ;;
      *) install -D -m 644 "${path}" "${to}${library_folder}/$(basename "${path}")" ;;
    esac
  done <<<"${libraries}"
  local folder
  for folder in lib lib64; do
    if [[ -d "${to}/usr/${folder}" ]]; then ln -s "usr/${folder}" "${to}/${folder}"; fi
  done
}

# For channels with TLS, to PostgreSQL and to others: OpenSSL's settings and the authorities that Debian ships. Those
# that somebody added to this machine stay out: the image is for others, too.
copy_certificates() {
  mkdir -p "${to}/etc/ssl/certs" "${to}/usr/lib/ssl"
  cp -L /etc/ssl/openssl.cnf "${to}/etc/ssl/"
  awk 1 /usr/share/ca-certificates/mozilla/*.crt >"${to}/etc/ssl/certs/ca-certificates.crt"
  ln -s /etc/ssl/openssl.cnf /etc/ssl/certs "${to}/usr/lib/ssl/"
  ln -s /etc/ssl/certs/ca-certificates.crt "${to}/usr/lib/ssl/cert.pem"
}

# Time zones by name, which figures over time are asked for in.
copy_time_zones() {
  mkdir -p "${to}/usr/share"
  cp -a /usr/share/zoneinfo "${to}/usr/share/"
  rm -rf "${to}"/usr/share/zoneinfo/{posix,right,posixrules}
  # Tables about the zones, and links to outside of the folder.
  find "${to}/usr/share/zoneinfo" -maxdepth 1 \( -name '*.*' -o -name leapseconds -o -name localtime \) -delete
}

write_names() {
  echo "ladder:x:${user_id}:${user_id}::/nonexistent:/usr/sbin/nologin" >"${to}/etc/passwd"
  echo "ladder:x:${user_id}:" >"${to}/etc/group"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' >"${to}/etc/nsswitch.conf"
}

umask 022
rm -rf "${to}"
mkdir -p "${to}/usr/local/bin" "${to}/usr/local/share/ladder/quizzes"
install -m 755 "${binaries[@]/#/${from}/}" "${to}/usr/local/bin/"
install -m 644 "${quizzes}"/*.textproto "${to}/usr/local/share/ladder/quizzes/"
copy_libraries
copy_certificates
copy_time_zones
write_names
# Where a volume for SQLite goes: a new one takes over this owner.
install -d -m 700 -o "${user_id}" -g "${user_id}" "${to}/var/lib/ladder"
