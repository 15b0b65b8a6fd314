import type { Failure } from '../../schema/api/errors.ts'
import { newId } from '../../schema/api/ids.ts'
import type { StorageQuota } from '../jobs/storage-quota.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import { answerLine } from './answer-lines.ts'
import type { FilePlace, FileRecord, FileStore, OutputState } from './file-store.ts'

const keptMs = 30 * 86_400_000
const longestUploadMs = 86_400_000
/** What of a file is read at a time, about. */
const maxChunkBytes = 1_000_000

interface FilesParts {
  store: FileStore
  quota: StorageQuota
  storage: DurableObjectStorage
  now: () => number
}

/** The files of one tenant, inside its object: inputs as they were uploaded, outputs as their batch has them. */
export class Files {
  readonly #parts: FilesParts

  constructor(parts: FilesParts) {
    this.#parts = parts
  }

  /** Begins an upload; answers a failure when the tenant has no room left. */
  async open(id: string): Promise<Failure | null> {
    const { store, quota, storage, now } = this.#parts
    const full = quota.refusal()
    if (full !== null) return full
    const expiresAt = now() + longestUploadMs
    const file = { id, filename: '', purpose: 'batch', bytes: 0, createdAt: now(), expiresAt } as const
    store.create({ ...file, arriving: true })
    await ensureAlarmBefore(storage, expiresAt)
    return null
  }

  /** Keeps the next part of an upload; answers a failure when the tenant has no room left. */
  addPart(id: string, number: number, text: string): Failure | null {
    const full = this.#parts.quota.refusal()
    if (full === null) this.#parts.store.addPart(id, number, text)
    return full
  }

  /** Everything has arrived: the file is there. */
  async seal(id: string, filename: string, bytes: number): Promise<FileRecord> {
    const { store, storage, now } = this.#parts
    const createdAt = now()
    store.update(id, { filename, bytes, createdAt, expiresAt: createdAt + keptMs, arriving: false })
    await ensureAlarmBefore(storage, createdAt + keptMs)
    return store.get(id)!
  }

  get(id: string): FileRecord | null {
    return this.#parts.store.get(id)
  }

  list(limit: number, place: FilePlace): FileRecord[] {
    return this.#parts.store.page(limit, place)
  }

  remove(id: string): boolean {
    return this.#parts.store.remove(id)
  }

  /** The next piece of a file's content; `after` is where the last piece ended. Null at the end. */
  read(id: string, after: number): { text: string; after: number } | null {
    const { store } = this.#parts
    const file = store.get(id)
    if (file === null) return null
    if (file.purpose === 'batch') {
      const text = store.part(id, after + 1)
      return text === null ? null : { text, after: after + 1 }
    }
    const [batchId, state] = outputOf(file)
    const answers = store.answers(batchId, state, after, maxChunkBytes)
    if (answers.length === 0) return null
    const text = answers.map(answerLine).join('')
    return { text, after: answers.at(-1)!.position }
  }

  /** The parts of an uploaded file, in order. */
  *partsOf(id: string): Generator<string> {
    for (let number = 0; ; number++) {
      const text = this.#parts.store.part(id, number)
      if (text === null) return
      yield text
    }
  }

  /** Gives a batch that is over the file its client will ask for; answers its id. */
  createOutput(batchId: string, state: OutputState): string {
    const { store, now } = this.#parts
    const id = newId('file', now())
    const bytes = store.answerBytes(batchId, state)
    const filename = `${batchId}.${state}.jsonl`
    const [createdAt, purpose, arriving] = [now(), 'batch_output', false] as const
    store.create({ id, filename, purpose, bytes, createdAt, expiresAt: createdAt + keptMs, arriving })
    return id
  }

  /** Deletes what has outlived its time, and what is left of uploads that broke off. */
  clear(): void {
    for (const id of this.#parts.store.outlived(this.#parts.now())) this.remove(id)
  }

  /** When the next file has outlived its time. */
  nextExpiry(): number | null {
    return this.#parts.store.nextExpiry()
  }
}

/** An output's name says whose answers it holds. */
function outputOf({ filename }: FileRecord): [batchId: string, state: OutputState] {
  const [batchId, state] = filename.split('.')
  return [batchId!, state === 'failed' ? 'failed' : 'completed']
}
