import { type Failure, FailureError, reason } from '../../../schema/api/errors.ts'
import { decodeText } from './decode-text.ts'
import { decompressed } from './decompression.ts'

/** Limits of a body: its size, and the time to send it. */
export interface BodyBounds {
  maxBytes: number
  /** From the first read to the end of the body. */
  totalMs: number
  /** Between two chunks. */
  pauseMs: number
}

/** An unread body is read to its end before the answer: up to this many bytes and this long. */
const maxDrainedBytes = 64_000_000
const drainPauseMs = 2_000
const drainTotalMs = 15_000
/** A declared length up to which a body is read in one piece, within the time between two chunks. */
const smallBodyBytes = 64_000

/**
 * The body of a request as it arrives. A route declares its bounds before anything can be read; bytes are counted
 * both as they are sent and after decompression.
 */
export class IncomingBody {
  readonly #request: Request
  #bounds: BodyBounds | null = null
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null
  #receivedBytes = 0
  /** True once the body was read to its end. */
  hasEnded = false
  #deadline = Number.POSITIVE_INFINITY
  #bytes: Promise<Uint8Array> | null = null
  #text: string | null = null

  private constructor(request: Request) {
    this.#request = request
  }

  /** The body of a request: the same object for everyone who asks, so that what one has read the next one has too. */
  static of(request: Request): IncomingBody {
    const known = bodies.get(request)
    if (known !== undefined) return known
    const incoming = new IncomingBody(request)
    bodies.set(request, incoming)
    return incoming
  }

  /** Declares the bounds; refuses a body whose Content-Length exceeds them, or with a foreign Content-Encoding. */
  open(bounds: BodyBounds): void {
    this.#bounds = bounds
    const { headers } = this.#request
    if (Number(headers.get('content-length')) > bounds.maxBytes) throw tooLarge(bounds.maxBytes)
    if (this.#encoding() === 'other') {
      throw refusal('unsupported_media_type', reason('encoding_unsupported'))
    }
  }

  get isEmpty(): boolean {
    const length = this.#request.headers.get('content-length')
    // asking for the stream makes an object of it, which a declared length does without
    return length === null ? this.#request.body === null : length === '0'
  }

  /** The body chunk by chunk, decompressed. A reader may stop before the end. */
  chunks(): AsyncGenerator<Uint8Array> {
    if (this.#bounds === null) throw new Error('The route declares no bound of its body.')
    const received = this.#received(this.#bounds)
    return this.#encoding() === 'gzip' ? decompressed(received, this.#bounds.maxBytes) : received
  }

  /** The whole body, decompressed; read once. */
  bytes(): Promise<Uint8Array> {
    this.#bytes ??= this.#readAll()
    return this.#bytes
  }

  /** The whole body as text, decoded once; refuses what is not UTF-8. */
  async text(): Promise<string> {
    this.#text ??= decodeText(await this.bytes())
    return this.#text
  }

  async #readAll(): Promise<Uint8Array> {
    if (this.#encoding() === 'none') return this.#isSmall() ? this.#receivedSmall() : this.#receivedWhole()
    const chunks: Uint8Array[] = []
    for await (const chunk of this.chunks()) chunks.push(chunk)
    return concatenate(chunks)
  }

  /** Reads and drops the unread rest, so that a client that is still sending receives the answer. */
  async drain(): Promise<void> {
    if (this.hasEnded) return
    const { body, bodyUsed, headers } = this.#request
    if (this.#reader === null && (body === null || body.locked || bodyUsed)) return
    if (Number(headers.get('content-length')) > maxDrainedBytes) return
    this.#reader ??= body!.getReader()
    const end = Date.now() + drainTotalMs
    let drained = 0
    while (drained <= maxDrainedBytes && Date.now() < end) {
      const next = await withTimeout(this.#reader.read(), drainPauseMs)
      if (next === null || next.done) return
      drained += next.value.byteLength
    }
  }

  async *#received({ maxBytes, totalMs, pauseMs }: BodyBounds): AsyncGenerator<Uint8Array> {
    const { body } = this.#request
    if (body === null) return
    this.#reader ??= body.getReader()
    if (this.#deadline === Number.POSITIVE_INFINITY) this.#deadline = Date.now() + totalMs
    for (;;) {
      const next = await withTimeout(this.#read(), Math.min(pauseMs, this.#deadline - Date.now()))
      if (next === null) throw refusal('body_timeout', reason('body_timeout'))
      if (next.done) return
      this.#count(next.value, maxBytes)
      yield next.value
    }
  }

  /** Returns whether the runtime holds the body to a declared length that needs no counting here. */
  #isSmall(): boolean {
    if (this.#bounds === null || this.#reader !== null) return false
    const length = Number(this.#request.headers.get('content-length') ?? Number.NaN)
    return length <= Math.min(smallBodyBytes, this.#bounds.maxBytes)
  }

  /** Nearly every body is small and arrives at once: the runtime reads it, at half the cost of reading chunks. */
  async #receivedSmall(): Promise<Uint8Array> {
    const { promise: timeout, resolve: expire } = Promise.withResolvers<null>()
    const timer = setTimeout(() => expire(null), Math.min(this.#bounds!.totalMs, this.#bounds!.pauseMs))
    let received: ArrayBuffer | null
    try {
      received = await Promise.race([this.#request.arrayBuffer(), timeout])
    } catch {
      throw refusal('incomplete_body', reason('incomplete_body'))
    } finally {
      clearTimeout(timer)
    }
    if (received === null) throw refusal('body_timeout', reason('body_timeout'))
    this.hasEnded = true
    return new Uint8Array(received)
  }

  /** One timer watches over all reads of a body. */
  async #receivedWhole(): Promise<Uint8Array> {
    if (this.#bounds === null) throw new Error('The route declares no bound of its body.')
    const { maxBytes, totalMs, pauseMs } = this.#bounds
    const { body, headers } = this.#request
    if (body === null) return new Uint8Array()
    this.#reader ??= body.getReader()
    const length = Number(headers.get('content-length') ?? Number.NaN)
    const deadline = Date.now() + totalMs
    let lastAt = Date.now()
    const chunks: Uint8Array[] = []
    const readAll = async () => {
      while (this.#receivedBytes !== length) {
        const next = await this.#read()
        if (next.done) break
        this.#count(next.value, maxBytes)
        chunks.push(next.value)
        lastAt = Date.now()
      }
      this.hasEnded = true
    }
    let timer: ReturnType<typeof setTimeout>
    const timeout = new Promise<never>((_, reject) => {
      const check = () => {
        const waitMs = Math.min(lastAt + pauseMs, deadline) - Date.now()
        if (waitMs > 0) timer = setTimeout(check, waitMs)
        else reject(refusal('body_timeout', reason('body_timeout')))
      }
      check()
    })
    await Promise.race([readAll(), timeout]).finally(() => clearTimeout(timer))
    return chunks.length === 1 ? chunks[0]! : concatenate(chunks)
  }

  #count({ byteLength }: Uint8Array, maxBytes: number): void {
    this.#receivedBytes += byteLength
    if (this.#receivedBytes > maxBytes) throw tooLarge(maxBytes)
  }

  async #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      const next = await this.#reader!.read()
      if (next.done) this.hasEnded = true
      return next
    } catch {
      throw refusal('incomplete_body', reason('incomplete_body'))
    }
  }

  #encoding(): 'none' | 'gzip' | 'other' {
    const encoding = (this.#request.headers.get('content-encoding') ?? '').trim().toLowerCase()
    if (encoding === '' || encoding === 'identity') return 'none'
    return encoding === 'gzip' || encoding === 'x-gzip' ? 'gzip' : 'other'
  }
}

export function tooLarge(maxBytes: number): FailureError {
  return refusal('body_too_large', reason('body_too_large', { maximum: maxBytes }))
}

const bodies = new WeakMap<Request, IncomingBody>()

type BodyFailure = 'body_too_large' | 'body_timeout' | 'incomplete_body' | 'unsupported_media_type'

function refusal(code: BodyFailure, why: Pick<Failure, 'reason' | 'params'>): FailureError {
  return new FailureError({ code, ...why, source: 'gateway' })
}

/** Null when the time is over first. */
function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout>
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, milliseconds))
  })
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer))
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
