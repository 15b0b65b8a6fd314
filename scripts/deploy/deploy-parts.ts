import type { RunWrangler } from '../wrangler.ts'
import type { Environment } from './environment.ts'
import type { DeploymentFolder } from './record.ts'
import type { Report } from './report.ts'
import type { SecretsFile } from './secrets-file.ts'

/** The inputs of a deployment, and its ways to the outside. */
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
