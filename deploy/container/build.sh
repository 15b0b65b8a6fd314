#!/bin/sh
# Builds the container images of this checkout with podman, buildah or docker, whichever is installed:
#   deploy/container/build.sh [gateway] [node]     both by default
# Environment: BUILDER names the program, BASE another image with Debian's packages, TAG another tag than the version of
# package.json, CUDA=yes adds the CUDA libraries to the node. Prints the name of each image, which is also "latest".
set -eu

fail() {
  echo "build.sh: $1" >&2
  exit 1
}

root=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -gt 0 ] || set -- gateway node
for part in "$@"; do
  case $part in gateway | node) ;; *) fail "there is no image \"$part\"; say gateway, node or nothing for both" ;; esac
done

builder=${BUILDER:-}
if [ -z "$builder" ]; then
  for one in podman buildah docker; do
    if command -v "$one" >/dev/null; then
      builder=$one
      break
    fi
  done
fi
[ -n "$builder" ] || fail 'needs podman, buildah or docker'
command -v "$builder" >/dev/null || fail "$builder is not installed"

tag=${TAG:-$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/package.json")}
[ -n "$tag" ] || fail 'package.json has no version; set TAG'

for part in "$@"; do
  image=keval-edge
  [ "$part" = gateway ] || image=keval-node
  file=$root/deploy/container/Containerfile.$part
  set -- --file "$file" --tag "$image:$tag" --tag "$image:latest"
  # images of the OCI format have no health check
  [ "$builder" = docker ] || set -- --format docker "$@"
  [ -z "${BASE:-}" ] || set -- "$@" --build-arg "BASE=$BASE"
  [ "$part" != node ] || set -- "$@" --build-arg "CUDA=${CUDA:-no}"
  "$builder" build "$@" "$root" >&2
  echo "$image:$tag"
done
