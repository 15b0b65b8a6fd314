import { answerWindowBytes } from '../../../schema/tunnel/limits.ts'

interface Listeners {
  /** Called when the reader has taken so many bytes. */
  onRead(bytes: number): void
  /** Called when the reader wants no more. */
  onCancel(): void
}

/** The body of an answer as its frames arrive: a stream that holds at most a window of unread bytes. */
export class AnswerBody {
  readonly stream: ReadableStream<Uint8Array>
  readonly #parts: Uint8Array[] = []
  readonly #onRead: (bytes: number) => void
  #unreported = 0
  /** Bytes that came and were not yet reported as read. */
  #held = 0
  #state: 'open' | 'complete' | 'broken' = 'open'
  #wake = () => {}

  constructor({ onRead, onCancel }: Listeners) {
    this.#onRead = onRead
    this.stream = new ReadableStream({
      type: 'bytes',
      pull: (controller) => this.#pull(controller as ReadableByteStreamController),
      cancel: () => {
        this.#state = 'broken'
        onCancel()
      },
    })
  }

  /** Takes more of the body; false where the node sends more than the window allows. */
  add(data: Uint8Array, isLast: boolean): boolean {
    if (this.#state !== 'open') return true
    this.#held += data.byteLength
    if (this.#held > answerWindowBytes) return false
    if (data.byteLength > 0) this.#parts.push(data)
    if (isLast) this.#state = 'complete'
    this.#wake()
    return true
  }

  /** Breaks the body off: the reader must not take it for whole. */
  break(): void {
    if (this.#state === 'open') this.#state = 'broken'
    this.#wake()
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    while (this.#parts.length === 0 && this.#state === 'open') {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    if (this.#state === 'broken') throw new Error('The connection to the node broke.')
    const part = this.#parts.shift()
    if (part === undefined) {
      controller.close()
      controller.byobRequest?.respond(0)
      return
    }
    const bytes = part.byteLength
    // this detaches the part
    controller.enqueue(part)
    this.#report(bytes)
  }

  /** Tells of what was read in halves of the window: most answers need no message at all. */
  #report(bytes: number): void {
    this.#unreported += bytes
    if (this.#state !== 'open' || this.#unreported < answerWindowBytes / 2) return
    this.#held -= this.#unreported
    this.#onRead(this.#unreported)
    this.#unreported = 0
  }
}
