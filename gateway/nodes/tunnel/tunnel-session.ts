import { decodeFrame, encodeFrame, encodeWhole, type Frame } from '../../../schema/tunnel/frames.ts'
import { answerHead } from '../../../schema/tunnel/heads.ts'
import { AnswerBody } from './answer-body.ts'
import type { TunnelAnswer, TunnelRequest } from './node-tunnel-rpc.ts'

/** Above what a node's queue and slots take; each may hold a window of unread bytes. */
const maxCalls = 512

interface Call {
  id: number
  callId: string
  answer: PromiseWithResolvers<TunnelAnswer>
  /** Null until the answer has begun. */
  body: AnswerBody | null
}

/** The requests that share one connection to a node, each with an id. */
export class TunnelSession {
  readonly #send: (bytes: Uint8Array) => void
  readonly #byId = new Map<number, Call>()
  readonly #byCallId = new Map<string, Call>()
  /** Frames of a request that ended before the object was last in memory must match no new one. */
  #lastId: number

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send
    this.#lastId = crypto.getRandomValues(new Uint32Array(1))[0]!
  }

  get inFlight(): number {
    return this.#byId.size
  }

  call(callId: string, { body, ...head }: TunnelRequest): Promise<TunnelAnswer> {
    if (this.#byId.size >= maxCalls) return Promise.resolve({ state: 'busy' })
    this.#lastId = (this.#lastId + 1) >>> 0
    const call: Call = { id: this.#lastId, callId, answer: Promise.withResolvers(), body: null }
    this.#byId.set(call.id, call)
    this.#byCallId.set(callId, call)
    for (const frame of encodeWhole(call.id, head, body)) this.#send(frame)
    return call.answer.promise
  }

  cancel(callId: string): void {
    const call = this.#byCallId.get(callId)
    if (call === undefined) return
    this.#end(call, 'dropped')
    this.#send(encodeFrame({ type: 'cancel', id: call.id }))
  }

  /** Takes a frame of the node; false where it breaks the protocol. Frames of ended requests are dropped. */
  receive(bytes: Uint8Array): boolean {
    const frame = decodeFrame(bytes)
    if (frame === null || frame.type === 'credit') return false
    const call = this.#byId.get(frame.id)
    if (call === undefined) return true
    if (frame.type === 'cancel') this.#end(call, 'dropped')
    else if (frame.type === 'head') return this.#begin(call, frame)
    else return this.#continue(call, frame)
    return true
  }

  /** Ends all requests after the connection broke. */
  end(): void {
    for (const call of [...this.#byId.values()]) this.#end(call, 'disconnected')
  }

  #begin(call: Call, { head, data, isLast }: Frame & { type: 'head' }): boolean {
    const parsed = answerHead.safeParse(head)
    if (!parsed.success || call.body !== null) return false
    if (isLast) {
      this.#forget(call)
      call.answer.resolve({ state: 'answered', ...parsed.data, body: data })
      return true
    }
    call.body = new AnswerBody({
      onRead: (bytes) => this.#send(encodeFrame({ type: 'credit', id: call.id, bytes })),
      onCancel: () => this.cancel(call.callId),
    })
    call.answer.resolve({ state: 'answered', ...parsed.data, body: call.body.stream })
    return call.body.add(data, false)
  }

  #continue(call: Call, { data, isLast }: Frame & { type: 'data' }): boolean {
    if (call.body === null || !call.body.add(data, isLast)) return false
    if (isLast) this.#forget(call)
    return true
  }

  #end(call: Call, state: 'disconnected' | 'dropped'): void {
    this.#forget(call)
    call.answer.resolve({ state })
    call.body?.break()
  }

  #forget(call: Call): void {
    this.#byId.delete(call.id)
    this.#byCallId.delete(call.callId)
  }
}
