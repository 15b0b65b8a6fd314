import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { StartProblem } from '../local/problem.ts'
import type { Resources } from './resources.ts'

const folder = join(import.meta.dirname, '../../schema/db/migrations/control')

export interface DatabaseStatus {
  /** Migrations of this version that the database does not have yet, in order. */
  pending: string[]
  /** True if it holds anything that a master secret sealed. */
  isSealed: boolean
}

/**
 * Compares a database with the migrations of this version.
 *
 * @throws StartProblem where a newer version has been there
 */
export async function readDatabaseStatus(resources: Resources, databaseId: string): Promise<DatabaseStatus> {
  const tables = await resources.query<{ name: string }>(
    databaseId,
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('d1_migrations', 'service_keys')`,
  )
  const has = (table: string) => tables.some(({ name }) => name === table)
  const applied = has('d1_migrations')
    ? (await resources.query<{ name: string }>(databaseId, 'SELECT name FROM d1_migrations')).map(
        ({ name }) => name,
      )
    : []
  const files = migrationFiles()
  const unknown = applied.filter((name) => !files.includes(name))
  if (unknown.length > 0)
    throw new StartProblem(
      `The database was brought up to date by a newer version of keval-edge (${unknown.join(', ')} is unknown here): deploy that version.`,
    )
  const sealed = has('service_keys')
    ? await resources.query<{ purpose: string }>(databaseId, 'SELECT purpose FROM service_keys LIMIT 1')
    : []
  return { pending: files.filter((name) => !applied.includes(name)), isSealed: sealed.length > 0 }
}

export const migrationFiles = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
