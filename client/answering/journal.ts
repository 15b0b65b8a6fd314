import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import type { TargetAnswer } from './target.ts'

/** One answered turn, as a line of the journal. */
export interface JournalEntry extends TargetAnswer {
  key: string
  sample: number
  turn: number
}

/** An evaluation that was begun with the answers. */
export interface StartedEvaluation {
  evaluation_id: string
  /** Digest of what was uploaded and how it is judged. */
  request_sha256: string
}

/** The settings of the requests. A journal holds answers of one set of settings only. */
export type JournalSettings = Record<string, unknown>

/** A journal that cannot be gone on with. */
export class JournalError extends Error {
  readonly problem:
    | { kind: 'format' }
    | { kind: 'settings'; fields: string[] }
    | { kind: 'locked'; pid: number }
  constructor(problem: JournalError['problem']) {
    super(problem.kind)
    this.problem = problem
  }
}

/** Answers on the disk, each written as it comes, so that nothing is asked twice. One process at a time. */
export class Journal {
  readonly path: string
  readonly #file: number
  readonly #entries = new Map<string, JournalEntry>()
  #evaluation: StartedEvaluation | null = null

  /** Opens or begins a journal. Throws a {@link JournalError}. */
  constructor(path: string, settings: JournalSettings) {
    this.path = path
    lock(path)
    try {
      const lines = existsSync(path) ? readLines(path) : []
      if (lines.length > 0) this.#restore(lines, settings)
      // one that has no answer yet may begin again with other settings
      const isNew = lines.length <= 1
      this.#file = openSync(path, isNew ? 'w' : 'a')
      if (isNew) this.#append({ keval_journal: 1, settings })
    } catch (error) {
      unlock(path)
      throw error
    }
  }

  get size(): number {
    return this.#entries.size
  }

  get evaluation(): StartedEvaluation | null {
    return this.#evaluation
  }

  get(key: string, sample: number, turn: number): JournalEntry | undefined {
    return this.#entries.get(toEntryKey({ key, sample, turn }))
  }

  add(entry: JournalEntry): void {
    this.#append(entry)
    this.#entries.set(toEntryKey(entry), entry)
  }

  addEvaluation(evaluation: StartedEvaluation): void {
    this.#append(evaluation)
    this.#evaluation = evaluation
  }

  close(): void {
    fsyncSync(this.#file)
    closeSync(this.#file)
    unlock(this.path)
  }

  #append(line: object): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }

  #restore([head, ...rest]: Record<string, unknown>[], settings: JournalSettings): void {
    if (head?.keval_journal !== 1) throw new JournalError({ kind: 'format' })
    const before = head.settings as JournalSettings
    const fields = [...new Set([...Object.keys(before), ...Object.keys(settings)])].filter(
      (field) => JSON.stringify(before[field]) !== JSON.stringify(settings[field]),
    )
    if (fields.length > 0 && rest.length > 0) throw new JournalError({ kind: 'settings', fields })
    for (const line of rest) {
      if ('evaluation_id' in line) this.#evaluation = line as unknown as StartedEvaluation
      else this.#entries.set(toEntryKey(line as unknown as JournalEntry), line as unknown as JournalEntry)
    }
  }
}

const toEntryKey = ({ key, sample, turn }: Pick<JournalEntry, 'key' | 'sample' | 'turn'>) =>
  JSON.stringify([key, sample, turn])

/** The lines of a journal; a last line that a crash cut off is removed from the file. */
function readLines(path: string): Record<string, unknown>[] {
  const bytes = readFileSync(path)
  const whole = bytes.subarray(0, bytes.lastIndexOf(10) + 1)
  try {
    const lines = whole.toString('utf8').split('\n').filter(Boolean)
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    // a file without a whole line is foreign, unless it begins like the first line of a journal
    if (
      parsed.length === 0 &&
      bytes.length > 0 &&
      !'{"keval_journal"'.startsWith(bytes.toString('utf8', 0, 16))
    )
      throw new JournalError({ kind: 'format' })
    if (whole.length < bytes.length) truncateSync(path, whole.length)
    return parsed
  } catch (error) {
    throw error instanceof JournalError ? error : new JournalError({ kind: 'format' })
  }
}

const lockFile = (path: string) => `${path}.lock`
const unlock = (path: string) => rmSync(lockFile(path), { force: true })

function lock(path: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(lockFile(path), String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) throw error
      const pid = Number(readFileSync(lockFile(path), 'utf8'))
      if (isAlive(pid)) throw new JournalError({ kind: 'locked', pid })
      unlock(path)
    }
  }
}

/** A process that has ended keeps its id until its parent waits for it; in a container that is often never. */
function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
