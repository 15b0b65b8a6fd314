import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartProblem } from '../local/problem.ts'
import { writeWhole } from '../local/write-whole.ts'
import { type RunWrangler, wranglerError } from '../wrangler.ts'
import { type Address, resolveAddress } from './address.ts'
import { CloudflareApi } from './cloudflare-api.ts'
import { DeployedWorker } from './deployed-worker.ts'
import type { Environment } from './environment.ts'
import { chooseAccount, readLogin } from './login.ts'
import { type DatabaseStatus, migrationFiles, readDatabaseStatus } from './migrations.ts'
import { checkPaidPlan } from './paid-plan.ts'
import type { DeploymentFolder } from './record.ts'
import type { Report } from './report.ts'
import { type Queue, Resources } from './resources.ts'
import type { SecretsFile } from './secrets-file.ts'
import { chooseFile, planSecrets, type SecretsPlan } from './secrets-plan.ts'
import { smokeTest } from './smoke-test.ts'
import { readWorkerSource, toWranglerConfig, type WorkerSource } from './worker-config.ts'

export interface DeployParts {
  environment: Environment
  folder: DeploymentFolder
  secretsFile: SecretsFile | null
  replaceSecrets: boolean
  dryRun: boolean
  report: Report
  /** Runs wrangler for an account; null before one is chosen. */
  wranglerFor: (accountId: string | null) => RunWrangler
  /** CLOUDFLARE_ACCOUNT_ID. */
  accountId: string | undefined
  apiUrl: string
  fetch: typeof fetch
  wait: (milliseconds: number) => Promise<unknown>
  /** Digest of the Worker's sources, so that the same version is not deployed twice. */
  sourceDigest: () => Promise<string>
  /** KEVAL_API_KEY. */
  apiKey: string | undefined
}

/** An account with everything read that decides what is left to do. */
interface Found {
  accountId: string
  /** Whether there is no such Worker yet. */
  isNew: boolean
  source: WorkerSource
  resources: Resources
  worker: DeployedWorker
  address: Address
  databaseId: string | null
  database: DatabaseStatus
  queues: Queue[]
  secrets: SecretsPlan
}

/**
 * Brings an environment on Cloudflare to the present version: what exists is left as it is, what is missing is created,
 * and a deployment that broke off goes on where it stopped. Everything is read before anything is changed.
 */
export async function deploy(parts: DeployParts): Promise<void> {
  const { dryRun, report, environment } = parts
  const found = await preflight(parts)
  const databaseId = await provideDatabase(parts, found)
  await provideQueues(parts, found)
  const config = toWranglerConfig({
    source: found.source,
    environment,
    accountId: found.accountId,
    databaseId,
    address: found.address,
    folder: parts.folder.path,
  })
  parts.folder.writeConfig(config)
  await applyMigrations(parts, found, databaseId)
  await deployWorker(parts, found, config)
  if (dryRun) {
    report.heading(`Nothing was changed. ${toCount(report.changes)} would be made.`)
    return
  }
  const results = await smokeTest({
    url: found.address.url,
    fetch: parts.fetch,
    wait: parts.wait,
    apiKey: parts.apiKey,
  })
  for (const result of results) report.present('smoke test', result)
  report.heading(
    report.changes === 0 ? 'Everything was there: nothing was changed.' : `${toCount(report.changes)} made.`,
  )
}

const toCount = (changes: number) => (changes === 1 ? '1 change' : `${changes} changes`)

async function preflight(parts: DeployParts): Promise<Found> {
  const { environment, report, folder } = parts
  const { settings, cloudflare } = environment
  const authorization = await readLogin(parts.wranglerFor(null))
  const api = new CloudflareApi({
    baseUrl: parts.apiUrl,
    authorization,
    fetch: parts.fetch,
    wait: parts.wait,
  })
  const account = await chooseAccount(api, cloudflare.account_id ?? parts.accountId)
  report.heading(`keval-edge ${environment.name} in the account ${account.id} (${account.name})`)
  const record = folder.read()
  if (record !== null && record.accountId !== account.id)
    throw new StartProblem(
      `${environment.name} was deployed to the account ${record.accountId}: choose that one, or delete ${folder.path} to begin anew in another.`,
    )
  const plan = await checkPaidPlan(api, account.id, cloudflare.plan)
  if (plan.note === '') report.present('plan', 'Workers Paid')
  else report.note('plan', plan.note)

  const source = readWorkerSource(environment.name)
  const address = await resolveAddress({
    api,
    accountId: account.id,
    worker: source.names.worker,
    publicUrl: settings.PUBLIC_URL,
  })
  if (!address.isConfirmed)
    report.note('address', `The login may not read zones. See that one of the account holds ${address.host}.`)
  const resources = new Resources(api, account.id)
  const worker = new DeployedWorker(api, account.id, source.names.worker)
  const [database, queues, secretNames] = await Promise.all([
    resources.findDatabase(source.names.database),
    resources.listQueues(),
    worker.secretNames(),
  ])
  const known = record?.databaseId ?? null
  if (known !== null && known !== database?.uuid)
    throw new StartProblem(
      `The database ${source.names.database} (${known}) is gone or was replaced. Restore it, or delete ${folder.path} to begin with an empty one.`,
    )
  const databaseStatus =
    database === undefined
      ? { pending: migrationFiles(), isSealed: false }
      : await readDatabaseStatus(resources, database.uuid)
  const secrets = await planSecrets({
    settings,
    onWorker: secretNames ?? new Set(),
    file: parts.secretsFile,
    replace: parts.replaceSecrets,
    isSealed: databaseStatus.isSealed,
  })
  if (secrets.generated.length > 0 && parts.secretsFile === null) {
    if (!parts.dryRun) throw new StartProblem(chooseFile(secrets.generated))
    report.note('secrets', chooseFile(secrets.generated))
  }
  return {
    accountId: account.id,
    isNew: secretNames === null,
    source,
    resources,
    worker,
    address,
    databaseId: database?.uuid ?? null,
    database: databaseStatus,
    queues,
    secrets,
  }
}

async function provideDatabase(parts: DeployParts, found: Found): Promise<string | null> {
  const { report, folder, environment, dryRun } = parts
  const name = found.source.names.database
  const { accountId } = found
  if (found.databaseId !== null) {
    report.present('database', `${name} (${found.databaseId})`)
    if (!dryRun) folder.write({ accountId, databaseId: found.databaseId })
    return found.databaseId
  }
  const location = environment.cloudflare.database_location
  if (dryRun) {
    report.planned('database', `create ${name} in ${location}`)
    return null
  }
  const { uuid } = await found.resources.createDatabase(name, location)
  folder.write({ accountId, databaseId: uuid })
  report.changed('database', `created ${name} (${uuid})`)
  return uuid
}

async function provideQueues({ report, dryRun }: DeployParts, found: Found): Promise<void> {
  for (const name of found.source.names.queues) {
    if (found.queues.some((queue) => queue.queue_name === name)) report.present('queue', name)
    else if (dryRun) report.planned('queue', `create ${name}`)
    else {
      await found.resources.createQueue(name)
      report.changed('queue', `created ${name}`)
    }
  }
}

async function applyMigrations(parts: DeployParts, found: Found, databaseId: string | null): Promise<void> {
  const { report, dryRun, folder } = parts
  const { pending } = found.database
  const names = pending.join(', ')
  if (pending.length === 0) return report.present('migrations', 'all applied')
  if (dryRun || databaseId === null) return report.planned('migrations', `apply ${names}`)
  const isNew = found.databaseId === null
  const bookmark = isNew ? null : await found.resources.bookmark(databaseId)
  const database = found.source.names.database
  if (bookmark !== null)
    report.note(
      'migrations',
      `to return to the database as it is now: npx wrangler d1 time-travel restore ${database} --bookmark=${bookmark}`,
    )
  const result = await parts.wranglerFor(found.accountId)([
    'd1',
    'migrations',
    'apply',
    database,
    '--remote',
    '--config',
    folder.config,
  ])
  if (result.code !== 0)
    throw new StartProblem(
      `A migration failed, and the Worker was not deployed: ${wranglerError(result)} Those before it stay applied; run the same command again after the cause is gone.`,
    )
  report.changed('migrations', `applied ${names}`)
}

async function deployWorker(
  parts: DeployParts,
  found: Found,
  config: Record<string, unknown>,
): Promise<void> {
  const { report, dryRun, folder } = parts
  const { worker, secrets, address } = found
  const name = found.source.names.worker
  const tag = createHash('sha256')
    .update(await parts.sourceDigest())
    .update(JSON.stringify(config))
    .digest('hex')
    .slice(0, 24)
  const reasons = await whyDeploy(found, tag)
  const described = describeSecrets(secrets, parts.secretsFile)
  if (reasons.length === 0) {
    report.present('secrets', 'all set')
    report.present('worker', `${name} at ${address.url} (version ${tag})`)
    return
  }
  const wrangler = parts.wranglerFor(found.accountId)
  const args = ['deploy', '--config', folder.config, '--tag', tag]
  if (dryRun) {
    const bundled = await wrangler([...args, '--dry-run'])
    if (bundled.code !== 0)
      throw new StartProblem(`The Worker could not be bundled: ${wranglerError(bundled)}`)
    if (secrets.names.length > 0) report.planned('secrets', described)
    else report.present('secrets', 'all set')
    report.planned('worker', `deploy ${name} to ${address.url}: ${reasons.join(', ')}`)
    return
  }
  await withSecrets(secrets, async (file) => {
    // with the version they belong to: the Worker never runs without them
    const result = await wrangler(file === null ? args : [...args, '--secrets-file', file])
    if (result.code !== 0)
      throw new StartProblem(
        `The Worker could not be deployed: ${wranglerError(result)} Run the same command again after the cause is gone.`,
      )
  })
  const missing = await worker.missingTriggers(
    found.source.names,
    await found.resources.listQueues(),
    address,
  )
  if (missing.length > 0)
    throw new StartProblem(
      `The Worker was deployed without ${missing.join(', ')}: run the same command again.`,
    )
  if (secrets.names.length > 0) report.changed('secrets', described)
  else report.present('secrets', 'all set')
  report.changed('worker', `deployed ${name} to ${address.url} (version ${tag})`)
}

async function whyDeploy(
  { isNew, worker, secrets, source, queues, address }: Found,
  tag: string,
): Promise<string[]> {
  if (isNew) return ['it is new']
  const deployed = await worker.tag()
  const missing = await worker.missingTriggers(source.names, queues, address)
  return [
    ...(deployed === tag ? [] : ['its sources or settings changed']),
    ...(secrets.names.length > 0 ? ['secrets are set with it'] : []),
    ...missing.map((one) => `${one} is not attached`),
  ]
}

function describeSecrets({ names, generated }: SecretsPlan, file: SecretsFile | null): string {
  const list = names.map((name) => (generated.includes(name) ? `${name} (made here)` : name)).join(', ')
  return generated.length > 0 && file !== null ? `${list}; kept in ${file.path}` : list
}

/** Hands the secrets over in a file that only this user can read, and that is gone afterwards. */
async function withSecrets(plan: SecretsPlan, use: (file: string | null) => Promise<void>): Promise<void> {
  if (plan.names.length === 0) return use(null)
  const secrets = await plan.prepare()
  const folder = mkdtempSync(join(tmpdir(), 'keval-secrets-'))
  try {
    const file = join(folder, 'secrets.json')
    writeWhole(file, JSON.stringify(secrets))
    await use(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
