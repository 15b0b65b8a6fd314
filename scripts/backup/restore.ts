import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createFolder } from '../local/create-folder.ts'
import { StartProblem } from '../local/problem.ts'
import { type Manifest, readArchive } from './archive.ts'
import type { Encryption } from './encryption.ts'
import { listStateFiles, requireIntact } from './snapshot.ts'

/** The folder in which a backup is unpacked and checked; it lies in the state folder because a service may write nowhere else. */
const unpackedName = 'restoring'
/** A start refuses a folder with data and without it, so it comes last. */
const layoutName = 'layout.json'

/** Checks a backup whole, and then makes it the state folder, which must not hold anything yet. */
export async function restore(file: string, state: string, encryption: Encryption): Promise<Manifest> {
  if (!existsSync(file)) throw new StartProblem(`There is no file ${file}.`)
  if (existsSync(state) && readdirSync(state).some((name) => name !== unpackedName))
    throw new StartProblem(
      `The state folder ${state} is not empty: move what it holds away, or set KEVAL_STATE to another one.`,
    )
  const unpacked = join(state, unpackedName)
  try {
    createFolder(state)
    rmSync(unpacked, { recursive: true, force: true })
    createFolder(unpacked)
  } catch (error) {
    throw new StartProblem(`The state folder ${state} cannot be used: ${(error as Error).message}`)
  }
  try {
    const manifest = await readArchive(file, unpacked, encryption)
    for (const path of listStateFiles(unpacked).filter((one) => one.endsWith('.sqlite'))) {
      const database = new DatabaseSync(join(unpacked, path), { readOnly: true })
      try {
        requireIntact(database, path)
      } finally {
        database.close()
      }
    }
    const names = readdirSync(unpacked).filter((name) => name !== layoutName)
    for (const name of [...names, layoutName]) renameSync(join(unpacked, name), join(state, name))
    return manifest
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}
