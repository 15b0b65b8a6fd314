import type { NodeRequest } from '../client/node-transport.ts'
import type { NodeTunnelRpc } from './node-tunnel-rpc.ts'

type Tunnel = DurableObjectStub<NodeTunnelRpc>

/** The request through the connection of its node, with the failures of `fetch`. */
export async function requestThroughTunnel(
  tunnel: Tunnel,
  { signal, body = '', method, path, headers }: NodeRequest,
): Promise<Response> {
  signal.throwIfAborted()
  const callId = crypto.randomUUID()
  const cancelled = Promise.withResolvers<never>()
  // the other side ends as well when the connection does: whether it heard of the end changes nothing here
  const cancelCall = () => void tunnel.cancel(callId).catch(() => {})
  const cancel = () => {
    cancelCall()
    cancelled.reject(signal.reason)
  }
  cancelled.promise.catch(() => {})
  signal.addEventListener('abort', cancel)
  const finish = () => signal.removeEventListener('abort', cancel)
  try {
    const request = { method, path, headers, body: new TextEncoder().encode(body) }
    const answer = await Promise.race([tunnel.call(callId, request), cancelled.promise])
    if (answer.state === 'busy') {
      finish()
      return new Response(null, { status: 503, headers: { 'retry-after': '1' } })
    }
    if (answer.state !== 'answered') throw new Error(`The node's connection: ${answer.state}.`)
    const { status } = answer
    const answerHeaders = new Headers(answer.headers)
    const init = { status, headers: answerHeaders }
    if (answer.body instanceof Uint8Array) {
      finish()
      return new Response(status === 204 || status === 304 ? null : answer.body, init)
    }
    // nothing here holds the body to it
    answerHeaders.delete('content-length')
    return new Response(abortable(answer.body, { aborted: cancelled.promise, finish, cancelCall }), init)
  } catch (error) {
    finish()
    // an answer that no response can be made of would stay open
    cancelCall()
    throw error
  }
}

interface Controls {
  /** Rejects when the caller aborts. */
  aborted: Promise<never>
  finish: () => void
  cancelCall: () => void
}

/** The body of an answer, which breaks off as soon as the caller aborts, also while it waits for more. */
function abortable(
  body: ReadableStream<Uint8Array>,
  { aborted, finish, cancelCall }: Controls,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    type: 'bytes',
    async pull(controller: ReadableByteStreamController) {
      try {
        const { done, value } = await Promise.race([reader.read(), aborted])
        if (!done) return controller.enqueue(value)
        finish()
        controller.close()
        controller.byobRequest?.respond(0)
      } catch (error) {
        finish()
        throw error
      }
    },
    cancel() {
      finish()
      cancelCall()
    },
  })
}
