import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deploy } from '../../scripts/deploy/deploy.ts'
import type { DeployParts } from '../../scripts/deploy/deploy-parts.ts'
import { readEnvironment } from '../../scripts/deploy/environment.ts'
import { DeploymentFolder } from '../../scripts/deploy/record.ts'
import { Report } from '../../scripts/deploy/report.ts'
import { SecretsFile } from '../../scripts/deploy/secrets-file.ts'
import { smokeTest } from '../../scripts/deploy/smoke-test.ts'
import { describeUploadSize } from '../../scripts/deploy/upload-size.ts'
import { wranglerRunner } from '../../scripts/wrangler.ts'
import { startGateway } from '../built-gateway.ts'
import { judgingNode } from '../evaluations/judging-node.ts'
import { refuse } from './cloudflare/reply.ts'
import { CloudflareStandIn, token } from './cloudflare/stand-in.ts'
import { temporaryState } from './start.ts'

/** A deployment to Cloudflare, with the real wrangler, against a stand-in of Cloudflare's API. */

const worker = 'keval-edge-staging'
const host = `${worker}.keval.workers.dev`
let cloudflare: CloudflareStandIn
let folder: ReturnType<typeof temporaryState>
let waits: number[]
/** The deployed gateway, which nothing here runs. */
let health: () => Response

beforeEach(async () => {
  cloudflare = new CloudflareStandIn()
  await cloudflare.start()
  folder = temporaryState()
  waits = []
  health = () => Response.json({ status: 'ok' })
})
afterEach(() => {
  cloudflare.stop()
  folder.remove()
})

const secretsPath = () => join(folder.path, 'secrets/staging.json')
const configure = (toml: string) => writeFileSync(join(folder.path, 'keval.staging.toml'), toml)

/** Deploys staging; answers what it printed, also where it failed. */
async function run(changes: Partial<DeployParts> & { bearer?: string } = {}) {
  const lines: string[] = []
  const { bearer = token, ...parts } = changes
  const environment = {
    CLOUDFLARE_API_TOKEN: bearer,
    CLOUDFLARE_API_BASE_URL: cloudflare.url,
    // no login of the machine's owner
    HOME: folder.path,
    XDG_CONFIG_HOME: folder.path,
  }
  mkdirSync(join(folder.path, 'secrets'), { recursive: true })
  let failure: string | null = null
  await deploy({
    environment: readEnvironment('staging', folder.path),
    folder: new DeploymentFolder(join(folder.path, '.deploy'), 'staging'),
    secretsFile: new SecretsFile({ path: secretsPath(), recipient: undefined, identity: undefined }),
    replaceSecrets: false,
    dryRun: false,
    report: new Report((line) => lines.push(line)),
    wranglerFor: (id) => wranglerRunner({ ...environment, ...(id && { CLOUDFLARE_ACCOUNT_ID: id }) }),
    accountId: undefined,
    apiUrl: cloudflare.url,
    fetch: async (input, init) => (new URL(String(input)).host === host ? health() : fetch(input, init)),
    wait: async (milliseconds) => void waits.push(milliseconds),
    sourceDigest: async () => 'sources-1',
    apiKey: undefined,
    ...parts,
  }).catch((error: Error) => {
    failure = error.message
  })
  return { output: lines.join('\n'), failure: failure as string | null }
}

describe('a deployment to Cloudflare', () => {
  it('shows every step without one, does them once, and finds nothing left to do', async () => {
    const shown = await run({ dryRun: true })
    expect(shown.failure).toBeNull()
    expect(cloudflare.changes).toEqual([])
    expect(existsSync(secretsPath())).toBe(false)
    for (const step of ['create keval-edge-staging', 'apply 0000_initial.sql', `deploy ${worker}`])
      expect(shown.output).toContain(step)
    expect(shown.output).toMatch(/size +\d\.\d MB compressed of the 10\.0 MB/)

    const done = await run()
    expect(done.failure).toBeNull()
    expect(cloudflare.unknown).toEqual([])
    const database = cloudflare.databases.find('keval-edge-staging')!
    const tables = database.sqlite.prepare("select name from sqlite_master where type = 'table'").all()
    expect(tables).toEqual(expect.arrayContaining([{ name: 'applications' }, { name: 'audit_log' }]))
    const uploaded = cloudflare.workers.all.get(worker)!
    const bindings = Object.fromEntries(uploaded.metadata.bindings.map((one) => [one.name, one]))
    expect(bindings.DB).toMatchObject({ type: 'd1', id: database.uuid })
    expect(bindings.JOB_QUEUE).toMatchObject({ type: 'queue', queue_name: 'keval-edge-staging-jobs' })
    expect(bindings.PUBLIC_URL).toMatchObject({ text: `https://${host}` })
    expect(uploaded.schedules.map(({ cron }) => cron).sort()).toEqual(['* * * * *', '*/5 * * * *'])
    expect(cloudflare.queues.find('keval-edge-staging-jobs')!.consumers).toMatchObject([
      { script: worker, dead_letter_queue: 'keval-edge-staging-jobs-dead' },
    ])
    const kept = JSON.parse(readFileSync(secretsPath(), 'utf8')) as Record<string, string>
    expect(Object.fromEntries(uploaded.secrets)).toEqual(kept)
    expect(Object.keys(kept).sort()).toEqual(['ADMIN_SECRET', 'MASTER_SECRET'])
    expect(statSync(secretsPath()).mode & 0o777).toBe(0o600)
    for (const secret of [...Object.values(kept), token]) expect(done.output).not.toContain(secret)
    expect(done.output).toContain('/healthz answers')

    const before = cloudflare.changes.length
    const again = await run()
    expect([again.failure, cloudflare.changes.length]).toEqual([null, before])
    expect(again.output).toContain('Everything was there: nothing was changed.')
    expect(JSON.parse(readFileSync(secretsPath(), 'utf8'))).toEqual(kept)

    const newer = await run({ sourceDigest: async () => 'sources-2' })
    expect(newer.failure).toBeNull()
    expect(newer.output).toContain('1 change made.')
    expect(cloudflare.workers.all.get(worker)!.deployed).toHaveLength(2)
    expect(cloudflare.unknown).toEqual([])
    expect(Object.fromEntries(cloudflare.workers.all.get(worker)!.secrets)).toEqual(kept)
  })

  it('breaks at every step in turn, and goes on with the same resources and secrets each time', async () => {
    const refusal = refuse(403, 10000, 'Authentication error')
    const steps: [request: RegExp, reason: string][] = [
      [/^POST .*\/d1\/database$/, 'needs the permission D1: Edit'],
      [/^POST .*\/queues$/, 'needs the permission Queues: Edit'],
      [/^POST .*\/query$/, 'A migration failed, and the Worker was not deployed'],
      [/^PUT .*\/workers\/scripts\/[^/]+$/, 'The Worker could not be deployed'],
      // wrangler attaches these side by side
      [/^(PUT|POST) .*\/(schedules|consumers|subdomain)$/, 'The Worker could not be deployed'],
    ]
    let made: Record<string, string> | null = null
    for (const [step, reason] of steps) {
      cloudflare.faults.length = 0
      // the preflight reads by queries, too: only the first that changes anything breaks
      cloudflare.faults.push((request) =>
        step.test(`${request.method} ${request.path}`) && !/"sql":"SELECT/.test(request.body)
          ? refusal
          : null,
      )
      const { failure } = await run()
      expect(failure ?? 'none', String(step)).toContain(reason)
      if (existsSync(secretsPath())) {
        const kept = JSON.parse(readFileSync(secretsPath(), 'utf8'))
        made ??= kept
        expect(kept).toEqual(made)
      }
      for (const secret of Object.values(made ?? {})) expect(failure).not.toContain(secret)
    }
    cloudflare.faults.length = 0
    health = () => new Response('starting', { status: 503 })
    expect((await run()).failure).toContain('/healthz does not answer as it should: it answered 503')
    health = () => Response.json({ status: 'ok' })
    const { failure, output } = await run()
    expect([failure, output]).toEqual([null, expect.stringContaining('nothing was changed')])
    expect(cloudflare.databases.all).toHaveLength(1)
    expect(cloudflare.queues.all.map(({ consumers }) => consumers.length)).toEqual([1, 1])
    expect([...cloudflare.workers.all.keys()]).toEqual([worker])
    expect(Object.fromEntries(cloudflare.workers.all.get(worker)!.secrets)).toEqual(made)
  })

  it('deploys no Worker after a failed migration, and none to a database of a newer version', async () => {
    cloudflare.failNext('POST', /\/query$/, refuse(400, 7500, 'near "creat": syntax error: SQLITE_ERROR'), 1)
    // the first query of a new database is wrangler's
    const failed = await run()
    expect(failed.failure).toContain('A migration failed, and the Worker was not deployed')
    expect(cloudflare.workers.all.size).toBe(0)
    cloudflare.faults.length = 0
    const { sqlite } = cloudflare.databases.find('keval-edge-staging')!
    sqlite.exec(
      'create table if not exists d1_migrations (id integer primary key, name text, applied_at text)',
    )
    sqlite.exec("insert into d1_migrations (name) values ('0099_tomorrow.sql')")
    expect((await run()).failure).toContain('by a newer version of keval-edge (0099_tomorrow.sql')
    expect(cloudflare.workers.all.size).toBe(0)
  })

  it('says what is missing before it changes anything', async () => {
    const refused = async (changes: Parameters<typeof run>[0] = {}) => (await run(changes)).failure
    expect(await refused({ bearer: 'wrong' })).toMatch(/permission Account Settings: Read/)
    expect(await refused({ secretsFile: null })).toMatch(/MASTER_SECRET, ADMIN_SECRET will be made/)
    cloudflare.subscriptions = []
    expect(await refused()).toMatch(/no Workers Paid plan: .*10 ms/)
    cloudflare.subscriptions = [{ rate_plan: { id: 'workers_paid' }, state: 'Paid' }]
    cloudflare.subdomain = null
    expect(await refused()).toMatch(/no workers.dev subdomain yet/)
    cloudflare.subdomain = 'keval'
    cloudflare.accounts.push({ id: 'b'.repeat(32), name: 'Another' })
    expect(await refused()).toMatch(/reaches 2 accounts: set account_id/)
    expect(await refused({ accountId: 'c'.repeat(32) })).toMatch(/does not reach the account c{32}/)
    expect(cloudflare.changes).toEqual([])
  })

  it('waits as long as Cloudflare asks it to, and gives up with the reason', async () => {
    const busy = { ...refuse(429, 971, 'Please wait'), headers: { 'retry-after': '7' } }
    cloudflare.failNext('GET', /\/d1\/database$/, busy, 2)
    expect((await run({ dryRun: true })).failure).toBeNull()
    expect(waits.slice(0, 2)).toEqual([7_000, 7_000])
    const later = new Date(Date.now() + 200_000).toUTCString()
    cloudflare.failNext('GET', /\/queues$/, { ...busy, headers: { 'retry-after': later } }, 1)
    const waited = await run({ dryRun: true })
    expect(waited.output).toMatch(/cloudflare +asks to wait (19\d|200) s/)
    cloudflare.failNext('GET', /\/queues$/, { ...busy, headers: { 'retry-after': '86400' } }, 1)
    waits.length = 0
    expect((await run({ dryRun: true })).failure).toBeNull()
    expect(waits).toEqual([300_000])
    cloudflare.failNext('GET', /\/queues$/, refuse(503, 7000, 'Service unavailable'), 99)
    expect((await run({ dryRun: true })).failure).toMatch(
      /refused GET .*\/queues with 503: Service unavailable/,
    )
  })

  it('attaches what an upload came without, and creates nothing twice when an answer got lost', async () => {
    let isLost = false
    cloudflare.faults.push(({ method, path, body }) => {
      if (isLost || method !== 'POST' || !path.endsWith('/d1/database')) return null
      isLost = true
      const request = { method, path: '/d1/database', query: new URLSearchParams(), type: '' }
      cloudflare.databases.reply({ ...request, body: Buffer.from(body) })
      return refuse(500, 10001, 'Internal error')
    })
    cloudflare.failNext('POST', /\/consumers$/, refuse(400, 11004, 'The queue is being changed'), 99)
    expect((await run()).failure).toContain('could not be deployed')
    expect(cloudflare.databases.all).toHaveLength(1)
    expect(cloudflare.workers.all.get(worker)!.deployed).toHaveLength(1)
    cloudflare.faults.length = 0

    const continued = await run()
    expect([continued.failure, continued.output]).toEqual([null, expect.stringContaining('done     worker')])
    expect(cloudflare.queues.all.map(({ consumers }) => consumers.length)).toEqual([1, 1])
    expect((await run()).output).toContain('nothing was changed')
  })

  it('serves a domain of the account, and no other', async () => {
    configure('public_url = "https://judge.keval.example"\n')
    expect((await run()).failure).toContain('no zone of the account holds judge.keval.example')
    expect(cloudflare.changes).toEqual([])
    cloudflare.zones = [{ id: 'zone', name: 'keval.example' }]
    const fetchDomain: typeof fetch = async (input, init) =>
      String(input) === 'https://judge.keval.example/healthz' ? health() : fetch(input, init)
    expect((await run({ fetch: fetchDomain })).failure).toBeNull()
    expect(cloudflare.workers.domains).toMatchObject([{ hostname: 'judge.keval.example', service: worker }])
    expect(cloudflare.workers.all.get(worker)!.isOnWorkersDev).toBe(false)
  })

  it('makes no second master secret for sealed data, and goes on with no other database or account', async () => {
    expect((await run()).failure).toBeNull()
    const kept = JSON.parse(readFileSync(secretsPath(), 'utf8'))
    cloudflare.databases
      .find(worker)!
      .sqlite.exec(
        "insert into service_keys (purpose, master_key_id, wrapped_key) values ('hash', 'k', x'00')",
      )
    cloudflare.workers.all.delete(worker)
    const path = join(folder.path, 'secrets/another.json')
    const another = new SecretsFile({ path, recipient: undefined, identity: undefined })
    expect((await run({ secretsFile: another })).failure).toContain('data that were sealed with one')
    expect((await run()).failure).toBeNull()
    expect(cloudflare.workers.all.get(worker)!.secrets.get('MASTER_SECRET')).toBe(kept.MASTER_SECRET)
    cloudflare.databases.all.length = 0
    expect((await run()).failure).toContain('is gone or was replaced')
    cloudflare.accounts[0]!.id = 'd'.repeat(32)
    expect((await run()).failure).toContain(`was deployed to the account ${'a'.repeat(32)}`)
  })

  it('keeps secrets encrypted, and sets them again when they were changed', async () => {
    const identity = await generateIdentity()
    const path = join(folder.path, 'staging.age')
    const recipient = await identityToRecipient(identity)
    const locked = new SecretsFile({ path, recipient, identity: undefined })
    const opened = new SecretsFile({ path, recipient: undefined, identity })
    expect((await run({ secretsFile: locked })).failure).toBeNull()
    expect(readFileSync(path, 'latin1')).not.toContain('MASTER_SECRET')
    const changed = { ...(await opened.read()), ADMIN_SECRET: 'another-admin-secret-000000000' }
    await opened.write(changed)
    expect(readFileSync(path, 'latin1')).not.toContain('MASTER_SECRET')
    expect((await run({ secretsFile: locked, replaceSecrets: true })).failure).toContain('give --identity')
    expect((await run({ secretsFile: opened, replaceSecrets: true })).failure).toBeNull()
    expect(Object.fromEntries(cloudflare.workers.all.get(worker)!.secrets)).toEqual(changed)
  })

  it('names every mistake of the settings at once', () => {
    configure(
      'admin_secret = "0123456789012345678901234"\nport = 80\nretention = { rejected = 0 }\n[cloudflare]\naccount_id = "mine"\n',
    )
    expect(() => readEnvironment('staging', folder.path)).toThrow(/5 settings are wrong/)
    configure('public_url = "https://judge.example"\n[cloudflare]\nplan = "free"\n')
    expect(readEnvironment('staging', folder.path).cloudflare).toMatchObject({ plan: 'free' })
  })
})

it('a Worker over the limit of its plan is refused', () => {
  const printed = 'Total Upload: 9000.00 KiB / gzip: 3000.00 KiB'
  expect(describeUploadSize(printed, 'paid')).toBe(
    '3.1 MB compressed of the 10.0 MB that a Worker of the paid plan may have (9.2 MB whole)',
  )
  expect(() => describeUploadSize(printed, 'free')).toThrow('The Worker is too large: 3.1 MB')
})

it('the smoke test asks a real gateway for one judgment, and says why there is none', async () => {
  const node = await judgingNode('judge')
  const gateway = await startGateway({ NODES: node.url })
  try {
    const test = (apiKey: string | undefined) =>
      smokeTest({ url: gateway.url, fetch, wait: async () => undefined, apiKey })
    expect((await test(gateway.key)).at(-1)).toBe('judge judged an answer: rated, rating 5')
    expect((await test(undefined)).at(-1)).toContain('KEVAL_API_KEY is not set')
    await expect(test('kev_test_wrong')).rejects.toThrow('answered 401 to /v1/models')
    node.write = () => null
    await expect(test(gateway.key)).rejects.toThrow(/answered 50\d to \/v1\/judgments: (?!no reason)/)
  } finally {
    await gateway.stop()
    await node.close()
  }
})

it('the command itself refuses what it cannot read, in one line', async () => {
  const refused = (...args: string[]) =>
    new Promise<[number | null, string]>((resolve) => {
      const cli = join(import.meta.dirname, '../../scripts/deploy/cli.ts')
      const child = spawn('node', [cli, ...args], { cwd: folder.path })
      let text = ''
      child.stderr.setEncoding('utf8').on('data', (data) => (text += data))
      child.on('close', (code) => resolve([code, text]))
    })
  expect(await refused()).toEqual([1, '--env must be staging or production.\n'])
  const [code, text] = await refused('--env', 'staging', '--force')
  expect(code).toBe(1)
  expect(text).toContain("Unknown option '--force'")
})
