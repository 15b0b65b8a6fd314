import { constants, copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartProblem } from '../local/problem.ts'
import { withPausedProcess } from './paused-process.ts'

/** Entries of a state folder that a backup leaves out: locks, logs, caches, other backups. */
const left = /^(?:in-use\.|.*\.log(?:\.\d+)?$|backups\/|snapshot-|v3\/cache\/)|-shm$|\.unfinished$/

/** The files of a state folder that a backup holds, by their path in it. */
export function listStateFiles(state: string): string[] {
  return readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(state.length + 1))
    .filter((path) => !left.test(path))
    .sort()
}

/** Removes copies that a backup left behind when it was killed. */
export function removeOldSnapshots(state: string): void {
  for (const name of readdirSync(state).filter((one) => one.startsWith('snapshot-')))
    rmSync(join(state, name), { recursive: true, force: true })
}

/**
 * Copies all databases of a state folder as they are at one moment. The runtime that writes them is stopped while
 * they are copied, so the copy is what a power failure at that moment would leave; SQLite recovers each from its log.
 */
export async function takeSnapshot(
  state: string,
  runtimePid: number | null,
): Promise<{ folder: string; pausedMs: number }> {
  removeOldSnapshots(state)
  const folder = join(state, `snapshot-${process.pid}`)
  const copy = () => {
    for (const path of listStateFiles(state)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 })
      // a copy on write where the file system can, and then the pause is milliseconds
      copyFileSync(join(state, path), join(folder, path), constants.COPYFILE_FICLONE)
    }
  }
  try {
    const startedAt = performance.now()
    if (runtimePid === null) copy()
    else await withPausedProcess(runtimePid, copy)
    return { folder, pausedMs: performance.now() - startedAt }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Brings each copied database to one file, and checks it. */
export function foldDatabases(folder: string): void {
  for (const path of listStateFiles(folder).filter((one) => one.endsWith('.sqlite'))) {
    const database = new DatabaseSync(join(folder, path))
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      requireIntact(database, path)
    } finally {
      database.close()
    }
    for (const rest of ['-wal', '-shm']) rmSync(join(folder, path + rest), { force: true })
  }
}

/** Refuses a database that SQLite finds damaged. */
export function requireIntact(database: DatabaseSync, path: string): void {
  const [row] = database.prepare('PRAGMA quick_check').all() as { quick_check: string }[]
  if (row?.quick_check !== 'ok')
    throw new StartProblem(`The database ${path} is damaged: ${row?.quick_check}`)
}

export const countBytes = (state: string): number =>
  listStateFiles(state).reduce((sum, path) => sum + statSync(join(state, path)).size, 0)
