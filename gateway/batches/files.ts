import type { Failure } from '../../schema/api/errors.ts'
import { newId } from '../../schema/api/ids.ts'
import type { Space } from '../queued-work/space.ts'
import { answerLine } from './answer-lines.ts'
import type { FileRecord, FileStore } from './file-store.ts'

const keptMs = 30 * 86_400_000

interface FilesParts {
  store: FileStore
  space: Space
  now: () => number
}

/** The files of one tenant, inside its object: inputs as they were uploaded, outputs as their batch has them. */
export class Files {
  readonly #parts: FilesParts

  constructor(parts: FilesParts) {
    this.#parts = parts
  }

  /** Begins an upload; refused when the tenant has no room left. */
  create(id: string, filename: string, bytes: number): { file: FileRecord } | { failure: Failure } {
    const failure = this.#parts.space.refusal()
    return failure === null ? { file: this.#create(id, filename, 'batch', bytes) } : { failure }
  }

  addPart(id: string, number: number, text: string): void {
    this.#parts.store.addPart(id, number, text)
  }

  get(id: string): FileRecord | null {
    return this.#parts.store.get(id)
  }

  list(limit: number, after: string | undefined): FileRecord[] {
    return this.#parts.store.page(limit, after)
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
    const answers = store.answers(batchId, state, after)
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
    const id = newId('file', this.#parts.now())
    this.#create(id, `${batchId}.${state}.jsonl`, 'batch_output', 0)
    let bytes = 0
    for (let piece = this.read(id, -1); piece !== null; piece = this.read(id, piece.after)) {
      bytes += new TextEncoder().encode(piece.text).byteLength
    }
    this.#parts.store.setBytes(id, bytes)
    return id
  }

  /** Deletes what has outlived its time. */
  clear(): void {
    for (const id of this.#parts.store.outlived(this.#parts.now())) this.remove(id)
  }

  #create(id: string, filename: string, purpose: FileRecord['purpose'], bytes: number): FileRecord {
    const { store, now } = this.#parts
    const createdAt = now()
    store.create({ id, filename, purpose, bytes, createdAt, expiresAt: createdAt + keptMs })
    return store.get(id)!
  }
}

type OutputState = 'completed' | 'failed'

/** An output's name says whose answers it holds. */
function outputOf({ filename }: FileRecord): [batchId: string, state: OutputState] {
  const [batchId, state] = filename.split('.')
  return [batchId!, state === 'failed' ? 'failed' : 'completed']
}
