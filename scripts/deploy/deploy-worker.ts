import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartProblem } from '../local/problem.ts'
import { writeWhole } from '../local/write-whole.ts'
import { wranglerError } from '../wrangler.ts'
import type { DeployParts } from './deploy-parts.ts'
import type { AccountStatus } from './preflight.ts'
import type { SecretsFile } from './secrets-file.ts'
import type { SecretsPlan } from './secrets-plan.ts'
import { describeUploadSize } from './upload-size.ts'

/** Deploys the Worker with its secrets, unless this version runs already with everything attached. */
export async function deployWorker(
  parts: DeployParts,
  found: AccountStatus,
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
    report.present('size', describeUploadSize(bundled.stdout, parts.environment.cloudflare.plan))
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
  { isNew, worker, secrets, source, queues, address }: AccountStatus,
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
