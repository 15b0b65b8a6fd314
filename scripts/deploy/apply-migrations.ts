import { StartProblem } from '../local/problem.ts'
import { wranglerError } from '../wrangler.ts'
import type { DeployParts } from './deploy-parts.ts'
import type { AccountStatus } from './preflight.ts'

/** Applies the pending migrations; a note before tells how to return to the database as it is. */
export async function applyMigrations(
  parts: DeployParts,
  found: AccountStatus,
  databaseId: string | null,
): Promise<void> {
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
