import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { StartProblem } from './problem.ts'

const folder = join(import.meta.dirname, '../../schema/db/migrations/control')

/**
 * Brings the local D1 database up to date, each migration as a whole or not at all. It keeps the same record as
 * `wrangler d1 migrations apply`, and takes a tenth of a second where the command takes three.
 */
export async function applyMigrations(miniflare: Miniflare): Promise<void> {
  try {
    const database = await miniflare.getD1Database('DB')
    await database
      .prepare(
        `CREATE TABLE IF NOT EXISTS d1_migrations (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT UNIQUE,
          applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
        )`,
      )
      .run()
    const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
    const applied = new Set(results.map(({ name }) => name))
    const files = readdirSync(folder).filter((file) => file.endsWith('.sql'))
    const unknown = [...applied].find((name) => !files.includes(name))
    if (unknown !== undefined) {
      throw new StartProblem(
        `The state folder was written by another version of keval-edge (migration ${unknown} is unknown here): use that version, or set KEVAL_STATE to another folder.`,
      )
    }
    for (const name of files.sort().filter((file) => !applied.has(file))) {
      const statements = readFileSync(join(folder, name), 'utf8').split('--> statement-breakpoint')
      await database.batch([
        ...statements.map((statement) => database.prepare(statement)),
        database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
      ])
    }
  } catch (error) {
    if (error instanceof StartProblem) throw error
    throw new StartProblem(`A database migration failed: ${(error as Error).message.split('\n')[0]}`)
  }
}
