import { basename, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { readIdentity } from '../backup/encryption.ts'
import { provideBundle } from '../local/bundle.ts'
import { describeError } from '../local/lifecycle.ts'
import { StartProblem } from '../local/problem.ts'
import { wranglerRunner } from '../wrangler.ts'
import { deploy } from './deploy.ts'
import { parseEnvironmentName, readEnvironment } from './environment.ts'
import { DeploymentFolder } from './record.ts'
import { Report } from './report.ts'
import { SecretsFile } from './secrets-file.ts'

process.umask(0o077)

const usage = `Usage:
  npm run deploy -- --env staging|production [--dry-run]
      [--secrets FILE [--recipient age1…] [--identity FILE] [--set-secrets]]
--dry-run     shows every step and changes nothing
--secrets     your copy of the secrets; those that are missing are made and added to it
--recipient   encrypts a new file of secrets with age; --identity opens one
--set-secrets sets the secrets of the file again, after they were changed in it`

async function run(): Promise<void> {
  const options = parseOptions()
  const environment = readEnvironment(parseEnvironmentName(options.env), process.cwd())
  const { cloudflare, name } = environment
  const secrets = options.secrets ?? cloudflare.secrets_file
  await deploy({
    environment,
    folder: new DeploymentFolder(join(process.cwd(), '.deploy'), name),
    secretsFile:
      secrets === undefined
        ? null
        : new SecretsFile({
            path: resolve(secrets),
            recipient: options.recipient ?? cloudflare.secrets_recipient,
            identity: options.identity === undefined ? undefined : readIdentity(options.identity),
          }),
    replaceSecrets: options['set-secrets'],
    dryRun: options['dry-run'],
    report: new Report((line) => process.stdout.write(`${line}\n`)),
    wranglerFor: (accountId) =>
      wranglerRunner(accountId === null ? {} : { CLOUDFLARE_ACCOUNT_ID: accountId }),
    accountId: process.env.CLOUDFLARE_ACCOUNT_ID || undefined,
    apiUrl: process.env.CLOUDFLARE_API_BASE_URL || 'https://api.cloudflare.com/client/v4',
    fetch,
    wait: setTimeout,
    // the folder of a bundle is named by the digest of its sources
    sourceDigest: async () => basename((await provideBundle()).folder),
    apiKey: process.env.KEVAL_API_KEY || undefined,
  })
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        env: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        secrets: { type: 'string' },
        recipient: { type: 'string' },
        identity: { type: 'string' },
        'set-secrets': { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new StartProblem(`${(error as Error).message}\n${usage}`)
  }
}

run().catch((error: unknown) => {
  console.error(describeError(error))
  process.exitCode = 1
})
