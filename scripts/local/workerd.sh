#!/bin/sh
# Runs workerd so that it ends with the process that started it, also when that is killed: it would go on to use the
# port and the data. Where the system cannot do this (it is Linux's), workerd runs as it is.
if setpriv --pdeathsig KILL true 2>/dev/null; then
  exec setpriv --pdeathsig KILL "$KEVAL_WORKERD" "$@"
fi
exec "$KEVAL_WORKERD" "$@"
