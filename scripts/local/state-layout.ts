import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartProblem } from './problem.ts'
import { writeWhole } from './write-whole.ts'

const migrations = join(import.meta.dirname, '../../schema/db/migrations')

/**
 * Refuses a state folder whose tables were made by another version of the schema, and marks a new folder with the
 * version of this one: a digest of the migrations of both planes.
 */
export function demandLayout(state: string): void {
  const file = join(state, 'layout.json')
  const version = readVersion(file)
  const isNew = version === null && !existsSync(join(state, 'v3'))
  const current = currentVersion()
  try {
    if (isNew) writeWhole(file, `${JSON.stringify({ schema: current })}\n`)
  } catch (error) {
    throw new StartProblem(`The state folder ${state} cannot be used: ${(error as Error).message}`)
  }
  if (isNew || version === current) return
  throw new StartProblem(
    `The state folder ${state} was written by another version of keval-edge: use that version, delete the folder, or set KEVAL_STATE to another one.`,
  )
}

function readVersion(file: string): string | null {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { schema: string }).schema
  } catch {
    return null
  }
}

function currentVersion(): string {
  const hash = createHash('sha256')
  for (const plane of ['control', 'tenant']) {
    const folder = join(migrations, plane)
    const files = readdirSync(folder).filter((name) => name.endsWith('.sql'))
    for (const name of files.sort())
      hash.update(`${plane}/${name}\n`).update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex')
}
