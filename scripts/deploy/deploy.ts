import { applyMigrations } from './apply-migrations.ts'
import type { DeployParts } from './deploy-parts.ts'
import { deployWorker } from './deploy-worker.ts'
import { preflight } from './preflight.ts'
import { provideDatabase, provideQueues } from './provide-resources.ts'
import { smokeTest } from './smoke-test.ts'
import { toWranglerConfig } from './worker-config.ts'

/**
 * Brings an environment on Cloudflare to the present version: what exists is left as it is, what is missing is created,
 * and an interrupted deployment resumes where it stopped. Everything is read before anything is changed.
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
