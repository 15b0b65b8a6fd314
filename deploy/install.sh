#!/bin/sh
# Installs keval-edge from a checkout on Debian 13, Ubuntu 24.04 or newer:
#   deploy/install.sh gateway|node [FOLDER]        FOLDER is /opt/keval-edge by default
# Needs root, Node.js 20 or newer with npm, and the npm registry. Run it again to upgrade.
set -eu
# the service reads the tree as another user, whatever the umask of the one who installs it
umask 022

part=${1:-}
folder=${2:-/opt/keval-edge}
source=$(cd "$(dirname "$0")/.." && pwd)

# No settings, secrets, data or models of a checkout. The same list stands in .dockerignore.
installed='bin client deploy docs gateway inference-node keval-mini schema scripts
  .npmrc CHANGELOG.md LICENSE README.md package.json package-lock.json tsconfig.base.json wrangler.toml'

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
# shellcheck disable=SC2086
tar -C "$source" -cf - $installed | tar -C "$next" -xf -
(cd "$next" && npm ci --omit=dev --no-audit --no-fund)
# The service cannot write here, so its bundle is built now; a gateway may share the folder with a node.
if [ "$part" = gateway ] || [ -d "$folder/dist/bundles" ]; then (cd "$next" && npm run -s build); fi
chown -R root:root "$next"
chmod -R go+rX "$next"
is_upgrade=no
if [ -e "$folder" ]; then
  is_upgrade=yes
  rm -rf "$folder.previous"
  mv "$folder" "$folder.previous"
fi
mv "$next" "$folder"

if [ "$part" = gateway ]; then
  state=/var/lib/keval-edge
  unit=keval-edge.service
  service=keval-edge
  settings=/etc/keval-edge/gateway.env
else
  state=/var/lib/keval-node
  unit=keval-node@.service
  service=keval-node@NAME
  settings=/etc/keval-edge/node-NAME.env
fi
install -d -o keval -g keval -m 700 "$state"
install -d -o root -g keval -m 750 /etc/keval-edge
# keval-edge backup, restore, tenant and bounce, on the data of the service and as its user
mkdir -p /usr/local/bin
sed "s#/opt/keval-edge#$folder#g" "$folder/deploy/keval-edge.sh" >/usr/local/bin/keval-edge
chmod 755 /usr/local/bin/keval-edge
if [ -d /etc/systemd/system ]; then
  sed "s#/opt/keval-edge#$folder#g" "$folder/deploy/systemd/$unit" >"/etc/systemd/system/$unit"
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
fi

echo "keval-edge is installed in $folder; its data go to $state and its settings to $settings."
if [ "$is_upgrade" = yes ]; then
  echo "Next: systemctl restart $service (the version before is in $folder.previous)"
elif [ "$part" = gateway ]; then
  echo "Next: PUBLIC_URL and TRUSTED_PROXIES in $settings, then systemctl enable --now $service"
else
  echo "Next: a model in $state/NAME, KEVAL_NODE_SECRET in $settings, then systemctl enable --now $service"
fi
