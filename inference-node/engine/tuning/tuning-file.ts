import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import { isSameKey, type Tuning, TuningFile, type TuningKey } from './tuning.ts'

export const tuningName = 'tuning.json'
const maxBytes = 1 << 20
/** The oldest are dropped beyond this. */
const maxTunings = 20

/** A tuning file that was looked at. */
interface ReadFile {
  path: string
  tunings: Tuning[]
  /** Why nothing of it is used, in one line; null when it is sound or absent. */
  problem: string | null
}

/** The tunings of one model: beside it, and in the user's cache where the folder of the model is read-only. */
export interface Tunings {
  files: readonly ReadFile[]
}

/** Where tunings of a model may lie, the preferred place first. */
export function tuningPaths(
  modelPath: string,
  weightsDigest: string,
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return [join(modelPath, tuningName), join(cache, 'keval-node', 'tuning', `${weightsDigest}.json`)]
}

/** Reads what is there. A file that is broken is reported and not used. */
export async function readTunings(paths: readonly string[]): Promise<Tunings> {
  return { files: await Promise.all(paths.map(readTuningFile)) }
}

async function readTuningFile(path: string): Promise<ReadFile> {
  const unusable = (problem: string): ReadFile => ({ path, tunings: [], problem: `${path} ${problem}` })
  let text: string
  try {
    if ((await stat(path)).size > maxBytes) return unusable(`has more than ${maxBytes} bytes`)
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? { path, tunings: [], problem: null } : unusable(`cannot be read (${code})`)
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return unusable('is not valid JSON')
  }
  const parsed = TuningFile.safeParse(content)
  if (parsed.success) return { path, tunings: parsed.data.tunings, problem: null }
  const [issue] = parsed.error.issues
  return unusable(`does not fit its schema: ${issue!.path.join('.') || 'content'}: ${issue!.message}`)
}

/** The latest tuning for exactly this key, and its file. */
export function findTuning(tunings: Tunings, key: TuningKey): { tuning: Tuning; path: string } | null {
  const found = tunings.files.flatMap(({ path, tunings: each }) =>
    each.filter((tuning) => isSameKey(tuning.key, key)).map((tuning) => ({ tuning, path })),
  )
  return found.sort((a, b) => Date.parse(b.tuning.measuredAt) - Date.parse(a.tuning.measuredAt))[0] ?? null
}

const readOnlyCodes = ['EACCES', 'EPERM', 'EROFS']

/**
 * Keeps a tuning in the first of these files that can be written, in place of an earlier one for its key.
 *
 * @returns the file
 * @throws ModelError when none can be written
 */
export async function writeTuning(paths: readonly string[], tuning: Tuning): Promise<string> {
  let refused = ''
  for (const path of paths) {
    const { tunings } = await readTuningFile(path)
    const others = tunings.filter(({ key }) => !isSameKey(key, tuning.key))
    const content = { version: 1, tunings: [...others, tuning].slice(-maxTunings) }
    const partial = `${path}.partial-${process.pid}`
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(partial, `${JSON.stringify(content, null, 2)}\n`)
      await rename(partial, path)
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
