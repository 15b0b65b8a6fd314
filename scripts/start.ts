import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkNodeUrls, checkProxies } from './local/addresses.ts'
import { banner } from './local/banner.ts'
import { startChild } from './local/child.ts'
import { startClock } from './local/clock.ts'
import { demoKey } from './local/demo.ts'
import { demandDiskSpace, diskSpace } from './local/disk-space.ts'
import { LogFile } from './local/log-file.ts'
import { startOutbox } from './local/outbox.ts'
import { freePort } from './local/port.ts'
import { StartProblem } from './local/problem.ts'
import { localSecrets } from './local/secrets.ts'
import { claimState } from './local/state-folder.ts'
import { demandLayout } from './local/state-layout.ts'
import { waitFor } from './local/wait.ts'

// what is kept here is nobody else's to read, also in a folder that others may look into
process.umask(0o077)

// npm start: the gateway on workerd and an inference node, until both answer; stopped together.
const root = resolve(import.meta.dirname, '..')
const stops: (() => Promise<unknown>)[] = []
let stopping = false

/** Stops everything, and says why. */
async function stop(code: number, why: string): Promise<void> {
  if (stopping) return
  stopping = true
  console.error(why)
  await Promise.allSettled(stops.map((stopOne) => stopOne()))
  process.exit(code)
}

/** Takes the signals over, also from libraries that would end the process before the children have. */
function ownSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal)
    process.on(signal, () => void stop(0, `Stopped by ${signal}.`))
  }
}

ownSignals()
// a console that takes no more, such as a file on a full disk, is no reason to stop
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
// npm does not hand every signal on, and may be killed: the end of the parent is the end of this
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) void stop(0, 'Stopped: the process that ran the start has ended.')
}, 250).unref()
process.on('uncaughtException', (error) => void stop(1, describeError(error)))
process.on('beforeExit', () => void stop(1, 'The start ended before gateway and node answered.'))

async function start(): Promise<void> {
  const startedAt = performance.now()
  const state = resolve(process.env.KEVAL_STATE || join(root, '.keval'))
  const outside = (process.env.KEVAL_NODES ?? '').trim()
  checkNodeUrls(outside)
  const trustedProxies = (process.env.KEVAL_TRUSTED_PROXIES ?? '').trim()
  checkProxies(trustedProxies)
  const claimed = await claimState(state)
  process.on('exit', claimed.giveBack)
  const disk = diskSpace(state, process.env.KEVAL_MIN_FREE_BYTES)
  demandDiskSpace(state, disk)
  demandLayout(state)
  const gatewayPort = await freePort('PORT', 8787)
  claimed.servedOn(gatewayPort)
  const { secrets, file } = localSecrets(state)

  const node = outside === '' ? await startNode(secrets.node, state) : null
  // wrangler takes a second to load: the node starts meanwhile
  const { buildGateway, serveGateway } = await import('./local/gateway.ts')
  await buildGateway()
  const gateway = `http://127.0.0.1:${gatewayPort}`
  const mailFolder = join(state, 'outbox')
  const log = new LogFile(join(state, 'gateway.log'))
  const outbox = await startOutbox(mailFolder, log)
  stops.push(() => outbox.close())
  const nodeSecret = node === null ? (process.env.KEVAL_NODE_SECRET ?? '') : secrets.node
  let restarts = 0
  const miniflare = await serveGateway({
    port: gatewayPort,
    state,
    disk,
    onLog: ({ message }) => log.write(message),
    onRestart: () => {
      console.error(`The gateway's runtime ended unexpectedly and was started again (${++restarts} so far).`)
      log.write(JSON.stringify({ level: 'error', event: 'runtime_restarted', count: restarts }))
    },
    bindings: {
      NODES: node?.url ?? outside,
      ADMIN_SECRET: secrets.admin,
      MASTER_SECRET: secrets.master,
      MAIL_OUTBOX: outbox.url,
      PUBLIC_URL: gateway,
      TRUSTED_PROXIES: trustedProxies,
      ...(nodeSecret !== '' && { NODE_SECRET: nodeSecret }),
    },
  })
  ownSignals()
  stops.push(() => miniflare.dispose())
  await Promise.all([
    waitFor(`${gateway}/healthz`),
    ...(node === null ? [] : [waitFor(`${node.url}/health`)]),
  ])
  stops.push(startClock(miniflare))
  const key = await demoKey(gateway, secrets.admin)
  const seconds = (performance.now() - startedAt) / 1000
  process.stdout.write(
    await banner({ gateway, node: node?.url ?? outside, key, secretsFile: file, mailFolder, seconds }),
  )
}

async function startNode(secret: string, state: string): Promise<{ url: string }> {
  const model = resolve(process.env.KEVAL_MODEL || join(root, 'keval-mini/model'))
  if (!existsSync(model)) {
    throw new StartProblem(`There is no model directory at ${model}: set KEVAL_MODEL to one.`)
  }
  const port = await freePort('NODE_PORT', 9090)
  const cli = join(root, 'inference-node/cli.ts')
  const env = { ...process.env, KEVAL_NODE_SECRET: secret }
  const log = new LogFile(join(state, 'node.log'))
  const child = startChild([cli, 'serve', '--model', model, '--port', String(port)], env, log)
  stops.push(() => child.stop())
  child.ended.then((code) => {
    if (stopping) return
    void stop(1, child.lastErrors.at(-1) ?? `The inference node ended (${code}): see ${log.path}.`)
  })
  return { url: `http://127.0.0.1:${port}` }
}

/** One line for what the user can act on, everything for the rest. */
function describeError(error: unknown): string {
  if (error instanceof StartProblem) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

start().catch((error: unknown) => stop(1, describeError(error)))
