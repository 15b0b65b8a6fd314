import { accessSync, constants, readdirSync, rmSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createFolder } from '../local/create-folder.ts'
import { StartProblem } from '../local/problem.ts'
import { writeArchive } from './archive.ts'
import type { Encryption } from './encryption.ts'
import { countBytes, foldDatabases, takeSnapshot } from './snapshot.ts'

/** Backups before migrations that stay; those that an operator makes are never deleted. */
const keptBackups = 3

export interface Backup {
  file: string
  sha256: string
  pausedMs: number
}

type Snapshot = (state: string) => Promise<{ folder: string; pausedMs: number }>

/** A snapshot of a state folder that no process is writing to. */
export const snapshotIdleState: Snapshot = (state) => takeSnapshot(state, null)

/** Writes a backup of a state folder to a file. */
export async function backUp(
  state: string,
  file: string,
  { snapshot, encryption }: { snapshot: Snapshot; encryption: Encryption | null },
): Promise<Backup> {
  requireFreeSpace(state)
  try {
    createFolder(dirname(file))
    accessSync(dirname(file), constants.W_OK)
  } catch (error) {
    throw unwritable(file, error)
  }
  const { folder, pausedMs } = await snapshot(state)
  try {
    foldDatabases(folder)
    const sha256 = await writeArchive(folder, file, encryption).catch((error: Error) => {
      throw unwritable(file, error)
    })
    return { file, sha256, pausedMs }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const unwritable = (file: string, error: unknown) =>
  new StartProblem(`The backup ${file} could not be written: ${(error as Error).message}`)

/** Backs up before migrations change the tables, into the state folder itself. */
export async function backUpBeforeMigrations(state: string): Promise<Backup> {
  const time = new Date().toISOString().replace(/[:.]/g, '-')
  const folder = join(state, 'backups')
  const file = join(folder, `before-migrations-${time}.tar.gz`)
  const backup = await backUp(state, file, { snapshot: snapshotIdleState, encryption: null })
  const own = readdirSync(folder).filter((name) => /^before-migrations-.*\.tar\.gz$/.test(name))
  for (const name of own.sort().slice(0, -keptBackups)) rmSync(join(folder, name))
  return backup
}

/** A copy and the archive lie on the disk at the same time. */
function requireFreeSpace(state: string): void {
  const { bavail, bsize } = statfsSync(state)
  const [free, needed] = [bavail * bsize, countBytes(state) * 2]
  if (free < needed)
    throw new StartProblem(
      `The disk of ${state} has ${free} bytes free, a backup needs about ${needed}: free some space.`,
    )
}
