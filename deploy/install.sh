#!/bin/sh
# Installs keval-edge from a checkout on Debian 13, Ubuntu 24.04 or newer:
#   deploy/install.sh gateway|node [FOLDER]        FOLDER is /opt/keval-edge by default
# Needs root, Node.js 20 or newer with npm, and the npm registry. Run it again to upgrade.
set -eu

part=${1:-}
folder=${2:-/opt/keval-edge}
source=$(cd "$(dirname "$0")/.." && pwd)

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

case $part in gateway | node) ;; *) fail 'say what to install: deploy/install.sh gateway|node [FOLDER]' ;; esac
[ "$(id -u)" = 0 ] || fail 'must run as root'
command -v node >/dev/null && command -v npm >/dev/null || fail 'needs Node.js 20 or newer and npm (apt install nodejs npm)'
[ "$(node -p 'Number(process.versions.node.split(".")[0])')" -ge 20 ] ||
  fail "needs Node.js 20 or newer; this is $(node --version)"

getent passwd keval >/dev/null || useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin keval

# The new tree is complete before it takes the old one's place.
next=$folder.next
rm -rf "$next"
mkdir -p "$next"
tar -C "$source" --exclude=./node_modules --exclude=./.git --exclude=./.keval --exclude=./dist --exclude=./.types -cf - . | tar -C "$next" -xf -
(cd "$next" && npm ci --omit=dev --no-audit --no-fund)
# the service cannot write here, so its bundle is built now
[ "$part" = node ] || (cd "$next" && npm run -s build)
chown -R root:root "$next"
if [ -e "$folder" ]; then
  rm -rf "$folder.previous"
  mv "$folder" "$folder.previous"
fi
mv "$next" "$folder"

state=/var/lib/keval-edge
[ "$part" = gateway ] || state=/var/lib/keval-node
mkdir -p "$state" /etc/keval-edge
chown keval:keval "$state"
chmod 750 /etc/keval-edge
chgrp keval /etc/keval-edge

unit=keval-edge.service
[ "$part" = gateway ] || unit=keval-node@.service
if [ -d /etc/systemd/system ]; then
  sed "s#/opt/keval-edge#$folder#g" "$folder/deploy/systemd/$unit" >"/etc/systemd/system/$unit"
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
fi

echo "keval-edge is installed in $folder; its data go to $state and its settings to /etc/keval-edge."
if [ "$part" = gateway ]; then
  echo 'Next: PUBLIC_URL and TRUSTED_PROXIES in /etc/keval-edge/gateway.env, then systemctl enable --now keval-edge'
else
  echo "Next: a model in $state/NAME, KEVAL_NODE_SECRET in /etc/keval-edge/node-NAME.env, then systemctl enable --now keval-node@NAME"
fi
