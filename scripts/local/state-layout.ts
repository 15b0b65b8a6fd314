import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartProblem } from './problem.ts'
import { writeWhole } from './write-whole.ts'

const migrationsFolder = join(import.meta.dirname, '../../schema/db/migrations')

/** The migrations of both planes, each with its digest, by plane and name. */
export type Layout = Readonly<Record<string, string>>

/**
 * Compares the tables of a state folder with those of this version, and marks a new folder. `older` means that
 * migrations will run on data; every other difference is refused, so that nothing goes backwards.
 */
export function checkLayout(state: string, current: Layout = readLayout()): 'current' | 'older' {
  const known = readState(state)
  if (known === null && !existsSync(join(state, 'v3'))) {
    markLayout(state, current)
    return 'current'
  }
  const names = Object.keys(known ?? {})
  const isPrefix = names.length > 0 && names.every((name) => known?.[name] === current[name])
  if (isPrefix) return names.length === Object.keys(current).length ? 'current' : 'older'
  throw new StartProblem(
    `The state folder ${state} was written by another version of keval-edge: use that version, delete the folder, or set KEVAL_STATE to another one.`,
  )
}

/** Records that the state folder has the tables of this version. */
export function markLayout(state: string, current: Layout = readLayout()): void {
  try {
    writeWhole(join(state, 'layout.json'), `${JSON.stringify({ migrations: current }, null, 2)}\n`)
  } catch (error) {
    throw new StartProblem(`The state folder ${state} cannot be used: ${(error as Error).message}`)
  }
}

function readState(state: string): Layout | null {
  try {
    const { migrations } = JSON.parse(readFileSync(join(state, 'layout.json'), 'utf8')) as {
      migrations?: Layout
    }
    return migrations ?? null
  } catch {
    return null
  }
}

function readLayout(): Layout {
  const files = ['control', 'tenant'].flatMap((plane) =>
    readdirSync(join(migrationsFolder, plane))
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => `${plane}/${name}`),
  )
  const digest = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(migrationsFolder, file)))
      .digest('hex')
  return Object.fromEntries(files.map((file) => [file, digest(file)]))
}
