import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { create, extract } from 'tar'
import { StartProblem } from '../local/problem.ts'
import { type Encryption, encrypt, openDecrypted } from './encryption.ts'
import { listStateFiles } from './snapshot.ts'

export interface Manifest {
  format: 1
  version: string
  created: string
  files: { path: string; bytes: number; sha256: string }[]
}

const manifestName = 'manifest.json'

/** Writes a folder as one file, whole or not at all, and returns its SHA-256. */
export async function writeArchive(
  folder: string,
  file: string,
  encryption: Encryption | null,
): Promise<string> {
  const files = await Promise.all(
    listStateFiles(folder)
      .filter((path) => path !== manifestName)
      .map(async (path) => ({ path, ...(await digest(join(folder, path))) })),
  )
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  const manifest: Manifest = { format: 1, version, created: new Date().toISOString(), files }
  writeFileSync(join(folder, manifestName), JSON.stringify(manifest, null, 2), { mode: 0o600 })
  const unfinished = `${file}.unfinished`
  try {
    const tar = create({ cwd: folder, gzip: true, portable: true }, [
      manifestName,
      ...files.map(({ path }) => `./${path}`),
    ])
    const plain = Readable.from(tar as AsyncIterable<Uint8Array>, { objectMode: false })
    const source = encryption === null ? plain : await encrypt(plain, encryption)
    await pipeline(source, createWriteStream(unfinished, { mode: 0o600 }))
    const descriptor = openSync(unfinished, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(unfinished, file)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
  return (await digest(file)).sha256
}

/** Unpacks a backup into an empty folder and compares every file with the manifest. */
export async function readArchive(file: string, folder: string, encryption: Encryption): Promise<Manifest> {
  try {
    await pipeline(
      await openDecrypted(file, encryption),
      extract({ cwd: folder, strict: true, preserveOwner: false }),
    )
  } catch (error) {
    if (error instanceof StartProblem) throw error
    throw new StartProblem(`${file} cannot be read as a backup: ${(error as Error).message}.`)
  }
  const manifest = readManifest(folder, file)
  const found = new Set(listStateFiles(folder))
  for (const { path, bytes, sha256 } of manifest.files) {
    if (!found.delete(path)) throw new StartProblem(`${file} is incomplete: ${path} is missing.`)
    const actual = await digest(join(folder, path))
    if (actual.bytes !== bytes || actual.sha256 !== sha256)
      throw new StartProblem(`${file} is damaged: ${path} differs from its checksum.`)
  }
  found.delete(manifestName)
  const [unknown] = found
  if (unknown !== undefined)
    throw new StartProblem(`${file} holds ${unknown}, which its manifest does not list.`)
  rmSync(join(folder, manifestName))
  return manifest
}

function readManifest(folder: string, file: string): Manifest {
  const path = join(folder, manifestName)
  if (!existsSync(path)) throw new StartProblem(`${file} is no backup of keval-edge: it has no manifest.`)
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  if (manifest.format !== 1)
    throw new StartProblem(`${file} has the format ${manifest.format}, which this version does not know.`)
  return manifest
}

async function digest(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
