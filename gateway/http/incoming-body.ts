import { createMiddleware } from 'hono/factory'
import type { GatewayEnv } from './context.ts'

/** What nobody wanted to read is still taken in, up to this many bytes in all, while some arrive, and not for long. */
const mostTakenIn = 64_000_000
const longestPauseMs = 2_000
const longestMs = 15_000

/** The body of a request as it arrives. Whoever stops reading in the middle leaves the rest where it is. */
export class IncomingBody {
  readonly #request: Request
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null
  #bytes = 0

  constructor(request: Request) {
    this.#request = request
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { body } = this.#request
    if (body === null) return
    this.#reader ??= body.getReader()
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) {
      this.#bytes += next.value.byteLength
      yield next.value
    }
  }

  /** Reads what is left, unless somebody else read the body as a whole, or it says that it is too much. */
  async takeIn(): Promise<void> {
    const { body, bodyUsed, headers } = this.#request
    if (this.#reader === null && (body === null || body.locked || bodyUsed)) return
    if (Number(headers.get('content-length')) > mostTakenIn) return
    const chunks = this.chunks()
    const end = Date.now() + longestMs
    while (this.#bytes <= mostTakenIn && Date.now() < end) {
      // somebody may wait for the answer with what is left
      const next = await beforePause(chunks.next())
      if (next === null || next.done) return
    }
  }
}

/** Null when nothing came for too long. */
function beforePause<T>(coming: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout>
  const pause = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), longestPauseMs)
  })
  return Promise.race([coming, pause]).finally(() => clearTimeout(timer))
}

/**
 * Answers only after the whole body has arrived: a connection whose body nobody read to its end is closed, and a
 * client that is still sending then sees a broken connection in place of the reason.
 */
export const incomingBody = createMiddleware<GatewayEnv>(async (c, next) => {
  const incoming = new IncomingBody(c.req.raw)
  c.set('incoming', incoming)
  await next()
  // a client that has left by now needs no answer
  await incoming.takeIn().catch(() => {})
})
