import type { GatewayContext } from './context.ts'

const encoder = new TextEncoder()

/** One server-sent event; `name` is left out in streams whose events have no type. */
export function eventText(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`
}

/**
 * Interval of comments while there is no event. The runtime notices a client that has disconnected only
 * when it writes, at the latest with the second write.
 */
const heartbeatMs = 250
const heartbeat = encoder.encode(':\n\n')

/**
 * Sends texts as the body of an event stream. The signal is aborted when the client disconnects. The request's
 * line in the log is written at the end, when the outcome is known.
 */
export function eventStream(
  c: GatewayContext,
  write: (signal: AbortSignal) => AsyncGenerator<string>,
): ReadableStream<Uint8Array> {
  const { promise, resolve: end } = Promise.withResolvers<void>()
  c.get('logFields').finished = promise
  const client = new AbortController()
  const texts = write(client.signal)
  let next: Promise<IteratorResult<string>> | null = null
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      next ??= texts.next()
      const result = await before(next, heartbeatMs).catch((error) => {
        end()
        throw error
      })
      if (result === null) return controller.enqueue(heartbeat)
      next = null
      if (!result.done) return controller.enqueue(encoder.encode(result.value))
      controller.close()
      end()
    },
    async cancel() {
      c.get('logFields').code ??= 'client_disconnected'
      client.abort()
      end()
      await texts.return(undefined)
    },
  })
}

/** The outcome of a promise, or null when it takes longer. */
async function before<T>(promise: Promise<T>, milliseconds: number): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), milliseconds)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'private, no-store',
  // proxies that collect a response before they pass it on would undo the streaming
  'x-accel-buffering': 'no',
}
