import type { DrizzleSqliteDODatabase } from 'drizzle-orm/durable-sqlite'

/** The database of one tenant object. Its calls are synchronous: writes without a pause between are one. */
export type TenantDatabase = DrizzleSqliteDODatabase<Record<string, never>> & {
  $client: DurableObjectStorage
}
