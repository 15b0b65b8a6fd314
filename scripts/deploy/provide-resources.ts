import type { DeployParts } from './deploy-parts.ts'
import type { AccountStatus } from './preflight.ts'

/** Creates the database where there is none; returns its id, null in a dry run without one. */
export async function provideDatabase(parts: DeployParts, found: AccountStatus): Promise<string | null> {
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

/** Creates the queues that are missing. */
export async function provideQueues({ report, dryRun }: DeployParts, found: AccountStatus): Promise<void> {
  for (const name of found.source.names.queues) {
    if (found.queues.some((queue) => queue.queue_name === name)) report.present('queue', name)
    else if (dryRun) report.planned('queue', `create ${name}`)
    else {
      await found.resources.createQueue(name)
      report.changed('queue', `created ${name}`)
    }
  }
}
