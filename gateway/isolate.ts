import { waitUntil } from 'cloudflare:workers'
import type { Env } from './env.ts'
import { LogLines } from './http/log-lines.ts'
import { RequestLog } from './http/request-log.ts'
import { createServices, type Services } from './services.ts'

/** The state that the requests of one isolate share. */
export interface Isolate {
  /** The services, built with the environment of the first request. */
  services(env: Env): Services
  log: RequestLog
}

export function createIsolate(): Isolate {
  let services: Services | undefined
  const lines = new LogLines({
    write: (text) => console.log(text),
    now: () => Date.now(),
    wait: (milliseconds) => scheduler.wait(milliseconds),
    defer: waitUntil,
  })
  return {
    services(env) {
      services ??= createServices(env)
      return services
    },
    log: new RequestLog({ lines, defer: waitUntil }),
  }
}
