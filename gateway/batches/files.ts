import type { Failure } from '../../schema/api/errors.ts'
import { newId } from '../../schema/api/ids.ts'
import { type StorageQuota, uploadDeleted } from '../jobs/storage-quota.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import { toAnswerLine } from './answer-lines.ts'
import type { FilePlace, FileRecord, FileStore, OutputState } from './file-store.ts'

const keptMs = 30 * 86_400_000
const maxUploadMs = 86_400_000
/** Approximate size of a part that is read at a time. */
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
  /** Uploads of this life of the object: the others ended with the process that received them. */
  readonly #uploads = new Set<string>()

  constructor(parts: FilesParts) {
    this.#parts = parts
  }

  /** Deletes the parts of uploads that ended with the process, or whose deletion failed on a full disk. */
  discardBrokenUploads(): void {
    for (const id of this.#parts.store.arriving()) if (!this.#uploads.has(id)) this.remove(id)
  }

  /** Begins an upload; returns a failure when the tenant has no room left. */
  async open(id: string): Promise<Failure | null> {
    const { store, quota, storage, now } = this.#parts
    const full = await quota.refusal()
    if (full !== null) return full
    const expiresAt = now() + maxUploadMs
    const file = { id, filename: '', purpose: 'batch', bytes: 0, createdAt: now(), expiresAt } as const
    store.create({ ...file, arriving: true })
    this.#uploads.add(id)
    await ensureAlarmBefore(storage, expiresAt)
    return null
  }

  /** Stores the next part of an upload; returns a failure when the tenant has no room left. */
  async addPart(id: string, number: number, text: string): Promise<Failure | null> {
    const full = await this.#parts.quota.refusal()
    if (full !== null) return full
    if (!this.#uploads.has(id)) return uploadDeleted
    this.#parts.store.addPart(id, number, text)
    return null
  }

  /** Completes an upload: the file is visible from now on. */
  async seal(
    id: string,
    filename: string,
    bytes: number,
  ): Promise<{ file: FileRecord } | { failure: Failure }> {
    const { store, storage, now } = this.#parts
    if (!this.#uploads.delete(id)) return { failure: uploadDeleted }
    const createdAt = now()
    store.update(id, { filename, bytes, createdAt, expiresAt: createdAt + keptMs, arriving: false })
    await ensureAlarmBefore(storage, createdAt + keptMs)
    return { file: store.get(id)! }
  }

  get(id: string): FileRecord | null {
    return this.#parts.store.get(id)
  }

  list(limit: number, place: FilePlace): FileRecord[] {
    return this.#parts.store.page(limit, place)
  }

  remove(id: string): boolean {
    this.#uploads.delete(id)
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
    const [batchId, state] = parseOutputName(file)
    const answers = store.answers(batchId, state, after, maxChunkBytes)
    if (answers.length === 0) return null
    const text = answers.map(toAnswerLine).join('')
    return { text, after: answers.at(-1)!.position }
  }

  /** The parts of an uploaded file, in order. */
  *readParts(id: string): Generator<string> {
    for (let number = 0; ; number++) {
      const text = this.#parts.store.part(id, number)
      if (text === null) return
      yield text
    }
  }

  /** Creates the file of a batch that has ended, which its client will ask for; returns its id. */
  createOutput(batchId: string, state: OutputState): string {
    const { store, now } = this.#parts
    const id = newId('file', now())
    const bytes = store.answerBytes(batchId, state)
    const filename = `${batchId}.${state}.jsonl`
    const [createdAt, purpose, arriving] = [now(), 'batch_output', false] as const
    store.create({ id, filename, purpose, bytes, createdAt, expiresAt: createdAt + keptMs, arriving })
    return id
  }

  /** Deletes expired files, and what is left of uploads that broke off. */
  expire(): void {
    this.discardBrokenUploads()
    for (const id of this.#parts.store.expired(this.#parts.now())) this.remove(id)
  }

  /** When the next file expires. */
  nextExpiry(): number | null {
    return this.#parts.store.nextExpiry()
  }
}

/** An output is named after its batch. */
function parseOutputName({ filename }: FileRecord): [batchId: string, state: OutputState] {
  const [batchId, state] = filename.split('.')
  return [batchId!, state === 'failed' ? 'failed' : 'completed']
}
