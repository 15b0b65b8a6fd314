import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { type Bundle, provideBundle } from './bundle.ts'
import type { DiskSpace } from './disk-space.ts'
import { applyMigrations } from './migrations.ts'
import { runtimeOptions, toStartProblem } from './runtime.ts'

const root = join(import.meta.dirname, '../..')
/** The Worker sees the peer of every connection as this; it cannot see the real one. */
const socketAddress = '127.0.0.1'
/** Every write of the Worker's log crosses a pipe to this process: lines of 20 ms share one. */
const logHoldMs = 20
/** The data of applicants lies here unless the operator says where else it goes. */
const thisServer = { ko: '이 서비스를 운영하는 서버', en: 'the server that runs this service' }

export interface GatewayOptions {
  /** Address to listen on; by default only this machine can connect. */
  host?: string
  port: number
  /** Folder of D1, the tenant objects and the cache. */
  state: string
  /** Values for the Worker's variables and secrets. */
  bindings: Record<string, string>
  /** The disk of the state folder, which the Worker asks before it takes an upload. */
  disk?: DiskSpace
  /** The Worker to run; by default that of the present sources. */
  bundle?: Bundle
  /** Receives the Worker's log lines; without it they are printed. */
  onLog?: (line: { message: string }) => void
  /** Called when the runtime ended unexpectedly and was replaced. */
  onRestart?: () => void
}

/** Runs the Worker on workerd, without a development proxy in between, and brings its database up to date. */
export async function serveGateway({
  host = '127.0.0.1',
  port,
  state,
  bindings,
  disk,
  bundle,
  onLog,
  onRestart,
}: GatewayOptions): Promise<Miniflare> {
  const { folder, files, workerOptions } = bundle ?? (await provideBundle())
  const modules = [
    { type: 'ESModule' as const, path: join(folder, 'index.js') },
    ...files
      .filter((name) => name !== 'index.js')
      .map((name) => ({ type: 'Text' as const, path: join(folder, name) })),
  ]
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...runtimeOptions(state),
      ...(process.env.KEVAL_INSPECT && { inspectorPort: Number(process.env.KEVAL_INSPECT) }),
      ...(onLog && { handleStructuredLogs: eachLine(onLog) }),
      ...(onRestart && { unsafeHandleRuntimeRestart: onRestart }),
      workers: [
        {
          ...withoutRateLimits(workerOptions),
          rootPath: root,
          name: 'keval-edge',
          // a socket of the Worker's own: the server in front of it would hide from it when a client leaves
          unsafeDirectSockets: [{ host, port, proxy: false }],
          modules,
          modulesRoot: folder,
          bindings: {
            ...(workerOptions.bindings as Record<string, string>),
            // Cloudflare's edge is not in front
            SOCKET_ADDRESS: socketAddress,
            TRUSTED_PROXIES: '',
            LOG_HOLD_MS: String(logHoldMs),
            SINGLE_ISOLATE: 'yes',
            DATA_LOCATION: JSON.stringify(thisServer),
            ...bindings,
          },
          serviceBindings: {
            PUBLIC_NETWORK: publicNetwork,
            NODE_NETWORK: nodeNetwork,
            ...(disk && {
              DISK_SPACE: () =>
                Response.json({ free_bytes: disk.freeBytes(), watermark_bytes: disk.watermarkBytes }),
            }),
          },
        },
      ],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  )
  try {
    await miniflare.ready
    await applyMigrations(miniflare)
  } catch (error) {
    // a runtime that never started cannot be stopped either
    await miniflare.dispose().catch(() => undefined)
    throw toStartProblem(error, state)
  }
  return miniflare
}

/**
 * Brings the control database up to date while nothing listens: a request that came before would meet tables of
 * another version.
 */
export async function migrateBeforeServing(state: string): Promise<void> {
  const { workerOptions } = await provideBundle()
  const { compatibilityDate, d1Databases } = workerOptions
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...runtimeOptions(state),
      workers: [
        {
          name: 'migrations',
          compatibilityDate,
          d1Databases,
          modules: [{ type: 'ESModule', path: 'index.js', contents: 'export default {}' }],
        },
      ],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  )
  try {
    await miniflare.ready
    await applyMigrations(miniflare)
  } catch (error) {
    throw toStartProblem(error, state)
  } finally {
    await miniflare.dispose().catch(() => undefined)
  }
}

/** Connections are checked after names are resolved, so that no name leads to a private address. */
export const publicNetwork = { network: { allow: ['public'], tlsOptions: { trustBrowserCas: true } } }

/** The addresses that `fetch` reaches too, without the proxy of the development tools: it costs a call 0.1 ms. */
export const nodeNetwork = {
  network: { allow: ['public', 'private', '240.0.0.0/4'], tlsOptions: { trustBrowserCas: true } },
}

/** The Worker counts in its own memory here; each binding would start an isolate. */
function withoutRateLimits({ ratelimits: _, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest
}

const eachLine =
  (onLog: (line: { message: string }) => void) =>
  ({ message }: { message: string }) => {
    for (const line of message.split('\n')) onLog({ message: line })
  }
