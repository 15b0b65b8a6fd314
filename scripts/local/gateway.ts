import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { startChild } from './child.ts'
import type { DiskSpace } from './disk-space.ts'
import { applyMigrations } from './migrations.ts'
import { StartProblem } from './problem.ts'

const root = join(import.meta.dirname, '../..')
const builtHere = join(root, 'dist/gateway')
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js')
const miniflareModules = createRequire(createRequire(import.meta.url).resolve('miniflare'))
const listenAddress = '127.0.0.1'
const quietEnvironment = {
  ...process.env,
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
  CI: 'true',
}

export interface GatewayOptions {
  port: number
  /** Folder of D1, the tenant objects and the cache. */
  state: string
  /** Values for the Worker's variables and secrets. */
  bindings: Record<string, string>
  /** The disk of the state folder, which the Worker asks before it takes an upload. */
  disk?: DiskSpace
  /** Path of the bundle. */
  bundle?: string
  /** Takes the Worker's log lines, which are printed otherwise. */
  onLog?: (line: { message: string }) => void
  /** Hears that the runtime ended unexpectedly and was replaced. */
  onRestart?: () => void
}

/** Bundles the Worker, as a deployment would. */
export async function buildGateway(bundle = builtHere): Promise<void> {
  const command = [wrangler, 'deploy', '--dry-run', '--cwd', root, '--outdir', resolve(bundle)]
  const child = startChild(command, quietEnvironment)
  if ((await child.ended) === 0) return
  const reason =
    child.lastErrors.find((line) => /error/i.test(line)) ?? child.lastErrors.at(-1) ?? 'no reason given'
  throw new StartProblem(`The gateway could not be built: ${reason}`)
}

/** Runs the built Worker on workerd, without a development proxy in between, and brings its database up to date. */
export async function serveGateway({
  port,
  state,
  bindings,
  disk,
  bundle = builtHere,
  onLog,
  onRestart,
}: GatewayOptions): Promise<Miniflare> {
  process.env.KEVAL_WORKERD = miniflareModules('workerd').default
  process.env.MINIFLARE_WORKERD_PATH = join(import.meta.dirname, 'workerd.sh')
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'))
  const modules = [
    { type: 'ESModule' as const, path: join(bundle, 'index.js') },
    ...readdirSync(bundle)
      .filter((file) => /\.(sql|css|js)$/.test(file) && file !== 'index.js')
      .map((file) => ({ type: 'Text' as const, path: join(bundle, file) })),
  ]
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      log: new Log(LogLevel.ERROR),
      ...(onLog && { handleStructuredLogs: onLog }),
      ...(onRestart && { unsafeHandleRuntimeRestart: onRestart }),
      resourcePersistencePath: join(state, 'v3'),
      workers: [
        {
          ...workerOptions,
          name: 'keval-edge',
          // a socket of the Worker's own: the server in front of it would hide from it when a client leaves
          unsafeDirectSockets: [{ host: listenAddress, port, proxy: false }],
          modules,
          modulesRoot: bundle,
          bindings: {
            ...(workerOptions.bindings as Record<string, string>),
            // only this machine can connect, and Cloudflare's edge is not in front
            SOCKET_ADDRESS: listenAddress,
            TRUSTED_PROXIES: '',
            ...bindings,
          },
          ...(disk && {
            serviceBindings: {
              DISK_SPACE: () =>
                Response.json({ free_bytes: disk.freeBytes(), watermark_bytes: disk.watermarkBytes }),
            },
          }),
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
    throw error instanceof StartProblem ? error : new StartProblem(whyNotReady(error, state))
  }
  return miniflare
}

/** The runtime's own last words are one line of JSON in a long message. */
function whyNotReady(error: unknown, state: string): string {
  const message = String(error)
  const reason = /failed: ([^"]+)"/.exec(message)?.[1] ?? message.split('\n')[0]
  return `The gateway's runtime could not start on the data in ${state}: ${reason}`
}
