#!/bin/sh
# keval-edge of an installed service, with the settings that systemd gives it. Run by root it becomes the service's
# user, so that the service can read what is written.
set -eu
settings=/etc/keval-edge/gateway.env
if [ -r "$settings" ]; then
  # systemd's format is not the shell's: values with spaces need no quotes
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in [A-Za-z_]*=*) ;; *) continue ;; esac
    name=${line%%=*}
    value=${line#*=}
    case $value in
      \"*\") value=${value#\"} && value=${value%\"} ;;
      \'*\') value=${value#\'} && value=${value%\'} ;;
    esac
    printenv "$name" >/dev/null || export "$name=$value"
  done <"$settings"
fi
export KEVAL_STATE="${KEVAL_STATE:-/var/lib/keval-edge}"
set -- /opt/keval-edge/node_modules/node/bin/node /opt/keval-edge/scripts/keval-edge.ts "$@"
if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=keval --regid=keval --init-groups "$@"; fi
exec "$@"
