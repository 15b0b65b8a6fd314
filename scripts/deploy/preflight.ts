import { StartProblem } from '../local/problem.ts'
import { type Address, resolveAddress } from './address.ts'
import { CloudflareApi } from './cloudflare-api.ts'
import type { DeployParts } from './deploy-parts.ts'
import { DeployedWorker } from './deployed-worker.ts'
import { chooseAccount, readLogin } from './login.ts'
import { type DatabaseStatus, migrationFiles, readDatabaseStatus } from './migrations.ts'
import { checkPaidPlan } from './paid-plan.ts'
import { type Queue, Resources } from './resources.ts'
import { chooseFile, planSecrets, type SecretsPlan } from './secrets-plan.ts'
import { readWorkerSource, type WorkerSource } from './worker-config.ts'

/** A longer wait is reported. */
const silentWaitMs = 5_000

/** An account with everything read that decides what is left to do. */
export interface AccountStatus {
  accountId: string
  /** True if there is no such Worker yet. */
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
 * Reads the account and refuses what cannot be deployed, before anything is changed.
 *
 * @throws StartProblem that names what is missing
 */
export async function preflight(parts: DeployParts): Promise<AccountStatus> {
  const { environment, report, folder } = parts
  const { settings, cloudflare } = environment
  const authorization = await readLogin(parts.wranglerFor(null))
  const api = new CloudflareApi({
    baseUrl: parts.apiUrl,
    authorization,
    fetch: parts.fetch,
    wait: (milliseconds) => {
      if (milliseconds > silentWaitMs)
        report.note('cloudflare', `asks to wait ${Math.ceil(milliseconds / 1000)} s`)
      return parts.wait(milliseconds)
    },
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
