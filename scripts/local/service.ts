import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Mode } from '../settings/contradictions.ts'
import { type Settings, toGatewayBindings, withoutSecrets } from '../settings/read-settings.ts'
import { startChild } from './child.ts'
import { startClock } from './clock.ts'
import { compileCacheEnvironment, keepCompiledModules, saveCompiledModules } from './compile-cache.ts'
import { startControl } from './control.ts'
import { type DiskSpace, diskSpace, requireDiskSpace } from './disk-space.ts'
import type { Lifecycle } from './lifecycle.ts'
import { listenerOn } from './listener.ts'
import { LogFile } from './log-file.ts'
import { checkMasterSecret } from './master-secret.ts'
import type { Monitoring } from './monitoring/start-monitoring.ts'
import { startOutbox } from './outbox.ts'
import { freePort } from './port.ts'
import { StartProblem } from './problem.ts'
import { type LocalSecrets, localSecrets } from './secrets.ts'
import { claimState } from './state-folder.ts'
import { checkLayout, markLayout } from './state-layout.ts'
import { type SupervisedChild, supervise } from './supervised-child.ts'
import { waitFor } from './wait.ts'

const root = resolve(import.meta.dirname, '../..')

export interface Service {
  gateway: string
  /** The address of the node started here, or those of the settings. */
  nodes: string
  adminSecret: string
  /** File of the secrets made at the first start. */
  secretsFile: string
  /** Target of mails. */
  mail: string
  /** The address of metrics and status; null where they are off. */
  metrics: string | null
}

/**
 * Runs the gateway on workerd and, unless the settings name other nodes, an inference node, until both answer. A
 * demonstration ends when its node cannot start; in production the gateway serves what it has meanwhile.
 */
export async function startService(settings: Settings, mode: Mode, lifecycle: Lifecycle): Promise<Service> {
  keepCompiledModules()
  const state = resolve(settings.STATE ?? join(root, '.keval'))
  const claimed = await claimState(state)
  process.on('exit', claimed.giveBack)
  const disk = diskSpace(state, settings.MIN_FREE_BYTES)
  requireDiskSpace(state, disk)
  const layout = checkLayout(state)
  const port = await freePort('PORT', settings.PORT, 8787)
  claimed.servedOn(port)
  const { secrets, file: secretsFile } = localSecrets(state)
  const nodeSecret = settings.NODE_SECRET ?? secrets.node
  checkMasterSecret(state, settings.MASTER_SECRET ?? secrets.master, settings.MASTER_SECRET_PREVIOUS)
  const log = new LogFile(join(state, 'gateway.log'))
  const report = reporter(log)

  if (layout === 'older') {
    const { backUpBeforeMigrations } = await import('../backup/back-up.ts')
    const { file } = await backUpBeforeMigrations(state)
    console.error(
      `The data are of an earlier version. Before they are brought up to date, they were saved to ${file}.`,
    )
  }
  await compact(state, disk, report)
  const gateway = `http://127.0.0.1:${port}`
  const monitoring = await startMetrics({ settings, state, disk, gateway, port, secrets, lifecycle })
  const node =
    settings.NODES === undefined
      ? await startNode({
          settings,
          nodeSecret,
          state,
          mode,
          lifecycle,
          report,
          onRestart: () => monitoring?.metrics.restarted('node'),
        })
      : null
  // the runtime's packages take half a second to load: the node starts meanwhile
  const { migrateBeforeServing, serveGateway } = await import('./gateway.ts')
  if (layout === 'older' || !existsSync(join(state, 'v3'))) await migrateBeforeServing(state)
  const mail = await startMail(settings, state, log, lifecycle)
  let restarts = 0
  const miniflare = await serveGateway({
    ...(settings.HOST !== undefined && { host: settings.HOST }),
    port,
    state,
    disk,
    onLog: ({ message }) => {
      log.write(message)
      monitoring?.metrics.observe(message)
    },
    onRestart: () => {
      monitoring?.metrics.restarted('runtime')
      report(`The gateway's runtime ended unexpectedly and was started again (${++restarts} so far).`, {
        event: 'runtime_restarted',
        count: restarts,
      })
    },
    bindings: {
      NODES: node?.url ?? '',
      MASTER_SECRET: secrets.master,
      PUBLIC_URL: gateway,
      // with Cloudflare Access, a generated secret would only be another way in
      ...(settings.ACCESS_ISSUER === undefined && { ADMIN_SECRET: secrets.admin }),
      ...(mail.url !== null && { MAIL_OUTBOX: mail.url }),
      ...(node !== null && { NODE_SECRET: nodeSecret }),
      ...toGatewayBindings(settings),
    },
  })
  if (layout === 'older') markLayout(state)
  lifecycle.ownSignals()
  lifecycle.onStop(() => miniflare.dispose())
  await waitFor(`${gateway}/healthz`)
  if (node !== null && mode === 'demonstration') await waitFor(`${node.url}/health`)
  lifecycle.onStop(startClock(miniflare))
  saveCompiledModules()
  const control = await startControl(async () => {
    const { takeSnapshot } = await import('../backup/snapshot.ts')
    return takeSnapshot(state, runtimePid(port))
  })
  lifecycle.onStop(() => control.close())
  claimed.servedOn(port, { port: control.port, token: control.token })
  return {
    gateway,
    nodes: node?.url ?? settings.NODES ?? '',
    adminSecret: settings.ADMIN_SECRET ?? secrets.admin,
    secretsFile,
    mail: mail.description,
    metrics: monitoring?.url ?? null,
  }
}

/** Gives the space of deleted data back to the disk, where it is worth the time. */
async function compact(state: string, disk: DiskSpace, report: Report): Promise<void> {
  if (!existsSync(join(state, 'v3'))) return
  const { compactDatabases } = await import('./compact-databases.ts')
  const bytes = compactDatabases(state, disk)
  if (bytes === 0) return
  const event = { level: 'info', event: 'databases_compacted', bytes }
  report(`Gave ${Math.round(bytes / 1e6)} MB of deleted data back to the disk.`, event)
}

interface MetricsParts {
  settings: Settings
  state: string
  disk: DiskSpace
  gateway: string
  port: number
  secrets: LocalSecrets
  lifecycle: Lifecycle
}

/** Metrics and status on a port of their own, where one is set. */
async function startMetrics(parts: MetricsParts): Promise<Monitoring | null> {
  const { settings, state, disk, gateway, port, secrets, lifecycle } = parts
  if (settings.METRICS_PORT === undefined) return null
  const { monitor } = await import('./monitoring/start-monitoring.ts')
  const monitoring = await monitor({
    host: settings.METRICS_HOST ?? '127.0.0.1',
    port: Number(settings.METRICS_PORT),
    state,
    disk,
    gateway,
    adminSecret: settings.ADMIN_SECRET ?? (settings.ACCESS_ISSUER === undefined ? secrets.admin : null),
    runtimePid: () => listenerOn(port)?.pid ?? null,
  })
  lifecycle.onStop(async () => monitoring.close())
  return monitoring
}

/** The process that writes the data. */
function runtimePid(port: number): number {
  const listener = listenerOn(port)
  if (listener === null) throw new StartProblem('A backup while the gateway runs needs Linux: stop it first.')
  return listener.pid
}

type Report = (text: string, fields: Record<string, unknown>) => void

/** Tells the console and the log. */
const reporter =
  (log: LogFile): Report =>
  (text, fields) => {
    console.error(text)
    log.write(JSON.stringify({ level: 'error', time: new Date().toISOString(), ...fields }))
  }

async function startMail(
  settings: Settings,
  state: string,
  log: LogFile,
  lifecycle: Lifecycle,
): Promise<{ url: string | null; description: string }> {
  if (settings.MAIL_OUTBOX !== undefined) return { url: null, description: 'posted to MAIL_OUTBOX' }
  const folder = join(state, 'outbox')
  // packages of backups and of mail are loaded when they are needed: a start does not wait for them
  const server = await (settings.SMTP_HOST === undefined
    ? startOutbox(folder, log)
    : (await import('./smtp.ts')).startSmtp(settings, log))
  lifecycle.onStop(() => server.close())
  return {
    url: server.url,
    description: settings.SMTP_HOST === undefined ? folder : `by SMTP through ${settings.SMTP_HOST}`,
  }
}

interface NodeParts {
  settings: Settings
  nodeSecret: string
  state: string
  mode: Mode
  lifecycle: Lifecycle
  report: Report
  onRestart: () => void
}

/** The inference node next to the gateway, restarted whenever it ends. */
async function startNode(parts: NodeParts): Promise<{ url: string; child: SupervisedChild }> {
  const { settings, nodeSecret, state, mode, lifecycle, report } = parts
  const model = resolve(settings.MODEL ?? join(root, 'keval-mini/model'))
  if (!existsSync(model)) {
    throw new StartProblem(`There is no model directory at ${model}: set KEVAL_MODEL to one.`)
  }
  const port = await freePort('NODE_PORT', settings.NODE_PORT, 9090)
  const url = `http://127.0.0.1:${port}`
  const log = new LogFile(join(state, 'node.log'))
  const args = [join(root, 'inference-node/cli.ts'), 'serve', '--model', model, '--port', String(port)]
  const env = {
    ...compileCacheEnvironment,
    ...withoutSecrets(process.env),
    KEVAL_NODE_SECRET: nodeSecret,
  }
  let hasAnswered = mode === 'production'
  if (!hasAnswered)
    void waitFor(`${url}/health`).then(
      () => {
        hasAnswered = true
      },
      () => undefined,
    )
  const child = supervise({
    start: () => startChild(args, env, log),
    onRestart: ({ reason, waitMs, count }) => {
      if (lifecycle.isStopping) return
      if (!hasAnswered) return void lifecycle.stop(1, reason)
      parts.onRestart()
      report(`The inference node ended and starts again in ${waitMs / 1000} s (${count} so far): ${reason}`, {
        event: 'node_restarted',
        count,
      })
    },
  })
  lifecycle.onStop(() => child.stop())
  return { url, child }
}
