import { existsSync, fstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerType } from '@hono/node-server'
import { createAdaptorServer } from '@hono/node-server'
import type { Logger } from 'pino'
import { type DeviceSources, machineSources } from '../devices/device-report.ts'
import type { Problem } from '../devices/diagnosis.ts'
import { EngineGroup } from '../engine/process/engine-group.ts'
import type { EngineConfig, EngineStatistics } from '../engine/protocol.ts'
import { JoinRefused } from '../joining/gateway-client.ts'
import { GatewayMembership, type JoinOptions } from '../joining/membership.ts'
import { GatewayConnection } from '../joining/tunnel/gateway-connection.ts'
import { Admission } from './admission.ts'
import { createApp } from './app.ts'
import type { TimeLimits } from './deadlines.ts'
import type { Generation } from './generation.ts'
import { Metrics } from './metrics.ts'
import { isLoopback } from './secret.ts'
import { Throughput } from './throughput.ts'

export interface ServeOptions {
  host: string
  port: number
  secret: string | null
  /** One engine for each; all serve the same model. */
  engines: EngineConfig[]
  /** The gateway to register with; null for none. */
  join: JoinOptions | null
  embedded: boolean
  queueLimit: number
  limits: TimeLimits
  stallMs: number
  drainMs: number
  bodyBytes: number
  logContent: boolean
}

/** A reason not to start that the user can act on: printed as one line. */
export class ServeProblem extends Error {}

/**
 * Starts a node and resolves when it is ready. A signal to end makes it refuse new work, finish what runs within
 * `drainMs`, and exit with 0.
 *
 * @throws ServeProblem when the address is taken, the model cannot be loaded, or the options are unsafe
 */
export async function serve(options: ServeOptions, log: Logger): Promise<void> {
  if (options.secret === null && !isLoopback(options.host))
    throw new ServeProblem(
      `KEVAL_NODE_SECRET is not set: without it the node listens on loopback only, not on ${options.host}.`,
    )
  const { modelDirectory } = options.engines[0]!
  if (!existsSync(modelDirectory))
    throw new ServeProblem(`There is no model directory at ${resolve(modelDirectory)}.`)

  let draining = false
  const statistics: (EngineStatistics | null)[] = options.engines.map(() => null)
  const active = new Set<Generation>()
  let nvml: ReturnType<DeviceSources['nvml']> | undefined
  const openedNvml = () => {
    nvml ??= machineSources().nvml()
    return nvml
  }
  const deviceFreeBytes = () => {
    const gpu = engine.model?.device
    return (gpu && openedNvml()?.memory(gpu.uuid)?.freeBytes) ?? null
  }
  const metrics = new Metrics(deviceFreeBytes)
  const throughput = new Throughput(() => performance.now())
  const admission = new Admission(options.queueLimit, throughput)
  const engine = new EngineGroup({
    configs: options.engines,
    stallMs: options.stallMs,
    onStatistics: (index, latest) => {
      statistics[index] = latest
      metrics.observe(latest, statistics)
    },
    onNotice: (index, line) => log.info({ engine: index }, line),
    onStateChange: (index, { status, reason }) => {
      if (status !== 'failing') return
      statistics[index] = null
      metrics.crashed(index, statistics)
      log.error({ engine: index, reason }, 'engine ended')
    },
  })
  const isDraining = () => draining
  const app = createApp({
    chat: {
      engine,
      admission,
      throughput,
      metrics,
      limits: options.limits,
      active,
      draining: isDraining,
      bodyBytes: options.bodyBytes,
      logContent: options.logContent,
    },
    status: {
      engine,
      admission,
      statistics: () => statistics,
      draining: isDraining,
      totals: metrics.totals,
      deviceFreeBytes,
      driverVersion: () => openedNvml()?.driverVersion ?? null,
      embedded: options.embedded,
    },
    secret: options.secret,
    log,
  })
  const server = createAdaptorServer({ fetch: app.fetch })
  await listen(server, options)
  const { join, secret } = options
  const membership = join === null || secret === null ? null : new GatewayMembership(join, secret, log)
  const connection =
    join === null || membership === null || join.url !== null
      ? null
      : new GatewayConnection({
          gateway: join.gateway,
          id: join.id,
          credential: () => membership.credential,
          handle: (request) => app.fetch(request),
          log,
        })
  let isEnding = false
  onEndRequested(async (why) => {
    if (isEnding) process.exit(1)
    isEnding = true
    log.info({ why, active: active.size }, 'draining')
    const end = performance.now() + options.drainMs
    // what the gateway sends before all of it knows is served, not refused
    const serveMs = (await membership?.leave()) ?? 0
    await sleep(Math.min(serveMs, options.drainMs / 2))
    draining = true
    await drained(active, end - performance.now())
    for (const generation of active) generation.fail(engine.unavailable())
    server.close()
    await connection?.stop()
    await engine.stop()
    process.exit(0)
  })
  try {
    const model = await engine.start()
    metrics.loaded(model)
    const { id, provider, runtime, selection, slots, slotTokens, cacheBytes, batchInvariant, loadMs } = model
    log.info(
      {
        address: `http://${options.host}:${options.port}`,
        model: id,
        provider,
        runtime,
        selection,
        engines: options.engines.length,
        slots,
        slot_tokens: slotTokens,
        chunk_tokens: model.chunkTokens,
        threads: model.threads,
        tuning: model.tuning.state,
        cache_mb: Math.round(cacheBytes / 1e6),
        batch_invariant: batchInvariant,
        certificate: model.certificate.state,
        load_ms: Math.round(loadMs),
      },
      'ready',
    )
    if (model.tuning.problem !== null && model.tuning.state !== 'off')
      log.warn({ tuning: model.tuning.state, remedy: 'keval-node tune' }, model.tuning.problem)
    warnOfDegradation(model.degraded, log)
    await membership?.start()
    connection?.start()
  } catch (error) {
    server.close()
    if (error instanceof JoinRefused)
      throw new ServeProblem(`The gateway ${join?.gateway} refuses this node: ${error.message}`)
    throw new ServeProblem(`The model cannot be served: ${(error as Error).message}`)
  }
}

/** Prints to stderr and to the log what slows the node, and the remedy. */
function warnOfDegradation(degraded: readonly Problem[], log: Logger): void {
  for (const { code, message, remedy } of degraded) {
    log.warn({ code, remedy }, message)
    const line = '*'.repeat(80)
    process.stderr.write(`\n${line}\nWARNING: ${message}\nMend it with: ${remedy}\n${line}\n\n`)
  }
}

function listen(server: ServerType, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new ServeProblem(
          error.code === 'EADDRINUSE'
            ? `Port ${port} on ${host} is taken: choose another with --port.`
            : `Cannot listen on ${host}:${port}: ${error.message}`,
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
}

async function drained(active: ReadonlySet<Generation>, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs
  while (active.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Ends on signals, and when the parent process that reads our output has exited. */
function onEndRequested(end: (why: string) => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(signal))
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  const output = fstatSync(1)
  if (!output.isFIFO() && !output.isSocket()) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    void end('the starter is gone')
  }, 250)
  watch.unref()
}
