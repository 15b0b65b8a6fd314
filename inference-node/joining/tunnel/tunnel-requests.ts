import type { Logger } from 'pino'
import { decodeFrame, encodeFrame, encodeWhole, type Frame } from '../../../schema/tunnel/frames.ts'
import { answerHeaders, type RequestHead, requestHead } from '../../../schema/tunnel/heads.ts'
import { answerWindowBytes, maxDataBytes, maxRequestBytes } from '../../../schema/tunnel/limits.ts'

/** Answers a request as the node's HTTP server does. */
export type Handle = (request: Request) => Response | Promise<Response>

interface Parts {
  handle: Handle
  send: (frame: Uint8Array) => void
  log: Logger
}

interface Received {
  head: RequestHead
  parts: Uint8Array[]
  bytes: number
  abort: AbortController
  /** Bytes of the answer that may be sent before more were read. */
  window: number
  onCredit: () => void
}

/** The requests that arrive over one connection to the gateway. */
export class TunnelRequests {
  readonly #parts: Parts
  readonly #requests = new Map<number, Received>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Takes a frame of the gateway; false where it breaks the protocol. Frames of ended requests are dropped. */
  receive(bytes: Uint8Array): boolean {
    const frame = decodeFrame(bytes)
    if (frame === null) return false
    if (frame.type === 'head') return this.#begin(frame)
    const request = this.#requests.get(frame.id)
    if (request === undefined) return true
    if (frame.type === 'data') return this.#add(request, frame)
    if (frame.type === 'credit') request.window += frame.bytes
    else this.#end(frame.id)
    request.onCredit()
    return true
  }

  /** Ends the work of all requests after the connection broke. */
  end(): void {
    for (const [id, request] of [...this.#requests]) {
      this.#end(id)
      request.onCredit()
    }
  }

  #begin(frame: Frame & { type: 'head' }): boolean {
    const parsed = requestHead.safeParse(frame.head)
    if (!parsed.success || this.#requests.has(frame.id)) return false
    const request: Received = {
      head: parsed.data,
      parts: [],
      bytes: 0,
      abort: new AbortController(),
      window: answerWindowBytes,
      onCredit: () => {},
    }
    this.#requests.set(frame.id, request)
    return this.#add(request, frame)
  }

  #add(request: Received, { id, data, isLast }: Frame & { type: 'head' | 'data' }): boolean {
    request.bytes += data.byteLength
    if (request.bytes > maxRequestBytes) return false
    if (data.byteLength > 0) request.parts.push(data)
    if (isLast) void this.#answer(id, request)
    return true
  }

  async #answer(id: number, request: Received): Promise<void> {
    const { handle, send, log } = this.#parts
    try {
      const response = await handle(toRequest(request))
      if (request.abort.signal.aborted) return void response.body?.cancel().catch(() => {})
      const head = { status: response.status, headers: pickHeaders(response.headers) }
      if (/^text\/event-stream/.test(response.headers.get('content-type') ?? '')) {
        send(encodeFrame({ type: 'head', id, isLast: false, head, data: new Uint8Array() }))
        await this.#stream(id, request, response.body!)
      } else await this.#sendWhole(id, request, head, response)
    } catch (error) {
      if (request.abort.signal.aborted) return
      log.error({ name: (error as Error).name }, 'a request of the gateway broke off')
      send(encodeFrame({ type: 'cancel', id }))
    } finally {
      this.#requests.delete(id)
    }
  }

  /** A plain answer is small: it goes out as one frame with its head unless it is larger than the window. */
  async #sendWhole(id: number, request: Received, head: object, response: Response): Promise<void> {
    const { send } = this.#parts
    const body = new Uint8Array(await response.arrayBuffer())
    if (request.abort.signal.aborted) return
    if (body.byteLength <= answerWindowBytes) {
      for (const frame of encodeWhole(id, head, body)) send(frame)
      return
    }
    send(encodeFrame({ type: 'head', id, isLast: false, head, data: new Uint8Array() }))
    await this.#sendData(id, request, body)
    send(encodeFrame({ type: 'data', id, isLast: true, data: new Uint8Array() }))
  }

  async #stream(id: number, request: Received, body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = body.getReader()
    const { signal } = request.abort
    signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
    for (;;) {
      const { done, value } = await reader.read()
      if (signal.aborted) return
      if (done) break
      await this.#sendData(id, request, value)
    }
    this.#parts.send(encodeFrame({ type: 'data', id, isLast: true, data: new Uint8Array() }))
  }

  /** Sends as much as the gateway has room for, and waits for more room. */
  async #sendData(id: number, request: Received, bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.byteLength && !request.abort.signal.aborted; ) {
      if (request.window === 0) {
        await new Promise<void>((resolve) => {
          request.onCredit = resolve
        })
        continue
      }
      const data = bytes.subarray(sent, sent + Math.min(maxDataBytes, request.window))
      sent += data.byteLength
      request.window -= data.byteLength
      this.#parts.send(encodeFrame({ type: 'data', id, isLast: false, data }))
    }
  }

  #end(id: number): void {
    this.#requests.get(id)?.abort.abort()
    this.#requests.delete(id)
  }
}

function toRequest({ head, parts, abort }: Received): Request {
  const { method, path, headers } = head
  return new Request(`http://node${path}`, {
    method,
    headers,
    signal: abort.signal,
    ...(method === 'POST' && { body: Buffer.concat(parts) }),
  })
}

const pickHeaders = (headers: Headers) =>
  Object.fromEntries(answerHeaders.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)!]] : [])))
