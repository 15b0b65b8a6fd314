import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StartProblem } from '../local/problem.ts'
import { type Encryption, writeArchive } from './archive.ts'
import { countBytes, foldDatabases, takeSnapshot } from './snapshot.ts'

export interface Backup {
  file: string
  sha256: string
  pausedMs: number
}

type Snapshot = (state: string) => Promise<{ folder: string; pausedMs: number }>

/** A snapshot of a state folder that nobody writes to. */
export const ofIdleState: Snapshot = (state) => takeSnapshot(state, null)

/** Writes a backup of a state folder to a file. */
export async function backUp(
  state: string,
  file: string,
  { snapshot, encryption }: { snapshot: Snapshot; encryption: Encryption | null },
): Promise<Backup> {
  demandSpace(state)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const { folder, pausedMs } = await snapshot(state)
  try {
    foldDatabases(folder)
    return { file, sha256: await writeArchive(folder, file, encryption), pausedMs }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Backs up before migrations change the tables, into the state folder itself. */
export function backUpBeforeMigrations(state: string): Promise<Backup> {
  const time = new Date().toISOString().replace(/[:.]/g, '-')
  const file = join(state, 'backups', `before-migrations-${time}.tar.gz`)
  return backUp(state, file, { snapshot: ofIdleState, encryption: null })
}

/** A copy and the archive lie on the disk at the same time. */
function demandSpace(state: string): void {
  const { bavail, bsize } = statfsSync(state)
  const [free, needed] = [bavail * bsize, countBytes(state) * 2]
  if (free < needed)
    throw new StartProblem(
      `The disk of ${state} has ${free} bytes free, a backup needs about ${needed}: free some space.`,
    )
}
