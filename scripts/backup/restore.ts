import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartProblem } from '../local/problem.ts'
import { type Manifest, readArchive } from './archive.ts'
import type { Encryption } from './encryption.ts'
import { demandSound, listStateFiles } from './snapshot.ts'

/** Checks a backup whole, and then makes it the state folder, which must not hold anything yet. */
export async function restore(file: string, state: string, encryption: Encryption): Promise<Manifest> {
  if (!existsSync(file)) throw new StartProblem(`There is no file ${file}.`)
  if (existsSync(state) && readdirSync(state).length > 0)
    throw new StartProblem(
      `The state folder ${state} is not empty: move it away, or set KEVAL_STATE to another one.`,
    )
  const unpacked = `${state}.unfinished`
  rmSync(unpacked, { recursive: true, force: true })
  mkdirSync(dirname(state), { recursive: true })
  mkdirSync(unpacked, { mode: 0o700 })
  try {
    const manifest = await readArchive(file, unpacked, encryption)
    for (const path of listStateFiles(unpacked).filter((one) => one.endsWith('.sqlite'))) {
      const database = new DatabaseSync(join(unpacked, path), { readOnly: true })
      try {
        demandSound(database, path)
      } finally {
        database.close()
      }
    }
    rmSync(state, { recursive: true, force: true })
    renameSync(unpacked, state)
    return manifest
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}
