import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import { isSameKey, type Tuning, TuningFile, type TuningKey } from './tuning.ts'

const maxBytes = 1 << 20
/** The oldest of a folder are dropped beyond this. */
const maxTunings = 20

/** A tuning file that was looked at. */
interface ReadFile {
  path: string
  /** Null when it is not used. */
  tuning: Tuning | null
  /** Why it is not used, in one line; null when it is sound. */
  problem: string | null
}

/** The tunings of one model: in its folder, or in the user's cache if that is read-only. */
export interface Tunings {
  files: readonly ReadFile[]
}

/** Folders in which tunings of a model may lie, the preferred one first. */
export function tuningFolders(
  modelPath: string,
  weightsDigest: string,
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return [modelPath, join(cache, 'keval-node', 'tuning', weightsDigest)]
}

/**
 * The file of a key, which has one of its own: engines of different devices that measure at the same time do not
 * overwrite each other's result.
 */
export function toTuningName(key: TuningKey): string {
  const { provider, device, driver, runtime, weightsDigest } = key
  const text = JSON.stringify([provider, device, driver, runtime, weightsDigest])
  return `tuning-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`
}

const isTuningName = (name: string) => /^tuning-[0-9a-f]{16}\.json$/.test(name)

/** Reads what is there. A file that is broken is reported and not used. */
export async function readTunings(folders: readonly string[]): Promise<Tunings> {
  const paths = (await Promise.all(folders.map(listTunings))).flat()
  return { files: await Promise.all(paths.map(readTuningFile)) }
}

/** The paths of a folder's tunings. A folder that cannot be listed holds none. */
async function listTunings(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(isTuningName).map((name) => join(folder, name))
}

async function readTuningFile(path: string): Promise<ReadFile> {
  const unusable = (problem: string): ReadFile => ({ path, tuning: null, problem: `${path} ${problem}` })
  let text: string
  try {
    if ((await stat(path)).size > maxBytes) return unusable(`has more than ${maxBytes} bytes`)
    text = await readFile(path, 'utf8')
  } catch (error) {
    return unusable(`cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return unusable('is not valid JSON')
  }
  const parsed = TuningFile.safeParse(content)
  if (parsed.success) return { path, tuning: parsed.data.tuning, problem: null }
  const [issue] = parsed.error.issues
  return unusable(`does not fit its schema: ${issue!.path.join('.') || 'content'}: ${issue!.message}`)
}

/** The latest tuning for exactly this key, and its file. */
export function findTuning(tunings: Tunings, key: TuningKey): { tuning: Tuning; path: string } | null {
  const found = tunings.files.flatMap(({ path, tuning }) =>
    tuning !== null && isSameKey(tuning.key, key) ? [{ tuning, path }] : [],
  )
  return found.sort((a, b) => toTime(b.tuning) - toTime(a.tuning))[0] ?? null
}

const toTime = ({ measuredAt }: Tuning) => Date.parse(measuredAt)
const readOnlyCodes = ['EACCES', 'EPERM', 'EROFS']

/**
 * Keeps a tuning in the first of these folders that can be written, in place of an earlier one for its key.
 *
 * @returns the file
 * @throws ModelError when none can be written
 */
export async function writeTuning(folders: readonly string[], tuning: Tuning): Promise<string> {
  let refused = ''
  for (const folder of folders) {
    const path = join(folder, toTuningName(tuning.key))
    const partial = `${path}.partial-${randomUUID()}`
    try {
      await mkdir(folder, { recursive: true })
      await writeFile(partial, `${JSON.stringify({ version: 1, tuning }, null, 2)}\n`)
      await rename(partial, path)
      await dropOldest(folder)
      return path
    } catch (error) {
      await rm(partial, { force: true }).catch(() => {})
      const { code, message } = error as NodeJS.ErrnoException
      if (!readOnlyCodes.includes(code ?? '')) throw new ModelError(`cannot write ${path}: ${message}`)
      refused = `cannot write ${path}: ${message}`
    }
  }
  throw new ModelError(refused)
}

/** Removes the oldest sound tunings beyond the most that a folder keeps. */
async function dropOldest(folder: string): Promise<void> {
  const { files } = await readTunings([folder])
  const sound = files.flatMap(({ path, tuning }) => (tuning === null ? [] : [{ path, tuning }]))
  const byAge = sound.sort((a, b) => toTime(b.tuning) - toTime(a.tuning))
  await Promise.all(byAge.slice(maxTunings).map(({ path }) => rm(path, { force: true })))
}
