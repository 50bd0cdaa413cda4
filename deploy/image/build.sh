#!/bin/sh
# Builds the container image of Bulla as an OCI layout, without a daemon and as any user:
#
#   deploy/image/build.sh LAYOUT[:TAG]          such as dist-image:0.1.0
#   deploy/image/build.sh --root FOLDER         only what will be in it, for deploy/image/Containerfile
#
# There is no base image. What Node.js needs comes from packages of Debian, signed by Debian and named in the image, so that
# scanners see them; then come Node.js, as package-lock.json has it, and Bulla. There is no shell and no package manager.
# Needs Debian with apt-get, and umoci. The same commit and the same packages give the same image.
set -eu
umask 022
cd "$(dirname -- "$0")/../.."

packages='base-files ca-certificates libatomic1 libc6 libgcc-s1 libstdc++6 netbase tzdata'
user=65532
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}"

main() {
  case "${1:-}" in
    --root) fill "$2" ;;
    '' | -*) echo 'usage: deploy/image/build.sh LAYOUT[:TAG] | --root FOLDER' >&2; exit 2 ;;
    *) pack "${1%:*}" "$(tag_of "$1")" ;;
  esac
}

tag_of() { case "$1" in *:*) echo "${1##*:}" ;; *) echo latest ;; esac; }

# Everything that is in the image, in an empty folder.
fill() {
  root=$(mkdir -p "$1" && cd "$1" && pwd)
  sh tools/set-up.sh
  take_packages "$root"
  take_program "$root"
  find "$root" -depth -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

take_packages() {
  mkdir -p "$1/var/lib/dpkg/status.d" "$work/packages"
  # The licence of the libraries of GCC lies in a package that has the version in its name.
  licence=$(apt-cache depends --important libgcc-s1 | sed -n 's/^ *Depends: \(gcc-[0-9]*-base\)$/\1/p')
  # shellcheck disable=SC2086
  (cd "$work/packages" && apt-get download -q -q $packages $licence >&2)
  for package in "$work/packages"/*.deb; do
    name=$(dpkg-deb --field "$package" Package)
    dpkg-deb --fsys-tarfile "$package" | tar -x -p --no-same-owner --keep-directory-symlink -C "$1"
    dpkg-deb --field "$package" >"$1/var/lib/dpkg/status.d/$name"
    dpkg-deb --ctrl-tarfile "$package" | tar -x -O ./md5sums >"$1/var/lib/dpkg/status.d/$name.md5sums" 2>/dev/null ||
      rm "$1/var/lib/dpkg/status.d/$name.md5sums"
  done
  mkdir -p "$1/etc/ssl/certs"
  find "$1/usr/share/ca-certificates" -name '*.crt' | LC_ALL=C sort | xargs cat >"$1/etc/ssl/certs/ca-certificates.crt"
  # Programs that nobody calls; licences stay.
  rm -rf "$1/usr/sbin" "$1/sbin" "$1/usr/share/man" "$1/usr/share/locale" "$1/usr/share/lintian"
  find "$1/usr/bin" "$1/bin" -type f -delete 2>/dev/null || true
}

take_program() {
  app="$1/opt/bulla"
  mkdir -p "$app/node_modules" "$1/tmp" "$1/var/lib/bulla" "$1/usr/bin"
  chmod 1777 "$1/tmp"
  # The image must run as any user, too.
  chmod 0777 "$1/var/lib/bulla"
  cp -r dist "$app/dist"
  rm -f "$app/dist/.built"
  find "$app/dist" -name '*.map' -delete
  cp package.json LICENSE NOTICE "$app/"
  # What is bundled is named, with its licence; the runtime is there whole.
  npm ls --all --omit=dev --parseable | sed -n "s|^$PWD/node_modules/||p" | while read -r name; do
    mkdir -p "$app/node_modules/$name"
    find "node_modules/$name" -maxdepth 1 \( -name package.json -o -iname 'licen[cs]e*' \) \
      -exec cp {} "$app/node_modules/$name/" \;
  done
  for runtime in node_modules/node-*; do
    [ -x "$runtime/bin/node" ] || continue
    mkdir -p "$app/$runtime/bin"
    cp "$runtime/bin/node" "$app/$runtime/bin/node"
    cp "$runtime/package.json" "$app/$runtime/"
    ln -sf "/opt/bulla/$runtime/bin/node" "$1/usr/bin/node"
  done
  printf 'root:x:0:0:root:/:/none\nbulla:x:%s:%s::/var/lib/bulla:/none\n' $user $user >"$1/etc/passwd"
  printf 'root:x:0:\nbulla:x:%s:\n' $user >"$1/etc/group"
}

pack() {
  layout=$1 image=$1:$2
  [ -e "$layout/index.json" ] || umoci init --layout "$layout"
  umoci new --image "$image"
  rootless=$([ "$(id -u)" = 0 ] || echo --rootless)
  umoci unpack $rootless --image "$image" "$work/bundle"
  fill "$work/bundle/rootfs"
  created=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
  umoci repack --image "$image" --history.created "$created" --history.created_by deploy/image/build.sh "$work/bundle"
  umoci config --image "$image" --no-history --created "$created" \
    --config.user "$user:$user" --config.workingdir /var/lib/bulla \
    --config.entrypoint /usr/bin/node --config.entrypoint --disable-warning=ExperimentalWarning \
    --config.entrypoint /opt/bulla/dist/main.js --config.cmd --help \
    --config.env HOME=/var/lib/bulla --config.env NODE_USE_ENV_PROXY=1 --config.env NODE_USE_SYSTEM_CA=1 \
    --config.label org.opencontainers.image.title=bulla \
    --config.label org.opencontainers.image.licenses=Apache-2.0 \
    --config.label org.opencontainers.image.version="$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)"
  umoci gc --layout "$layout"
}

work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
main "$@"
