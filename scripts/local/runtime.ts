import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Log, LogLevel } from 'miniflare'
import { StartProblem } from './problem.ts'

const miniflareModules = createRequire(createRequire(import.meta.url).resolve('miniflare'))

/** Options of Miniflare for the data of a state folder: nothing but this process reaches its own socket. */
export function runtimeOptions(state: string) {
  process.env.KEVAL_WORKERD = miniflareModules('workerd').default
  process.env.MINIFLARE_WORKERD_PATH = join(import.meta.dirname, 'workerd.sh')
  return {
    host: '127.0.0.1',
    port: 0,
    cf: false as const,
    log: new Log(LogLevel.ERROR),
    resourcePersistencePath: join(state, 'v3'),
  }
}

/** Names in one line why the runtime could not start. Its own last words are one line of JSON in a long message. */
export function toStartProblem(error: unknown, state: string): StartProblem {
  if (error instanceof StartProblem) return error
  const message = String(error)
  const reason = /failed: ([^"]+)"/.exec(message)?.[1] ?? message.split('\n')[0]
  return new StartProblem(`The gateway's runtime could not start on the data in ${state}: ${reason}`)
}
