import type { GatewayContext } from './context.ts'

const encoder = new TextEncoder()

/** One server-sent event; `name` is left out in streams whose events have no type. */
export function eventText(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`
}

/**
 * Texts as the body of an event stream. A client that disconnects ends the generator and its source. The
 * request's line in the log is written at the end, when the outcome is known.
 */
export function eventStream(c: GatewayContext, texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  let end = () => {}
  c.get('logFields').finished = new Promise((resolve) => {
    end = resolve
  })
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await texts.next().catch((error) => {
        end()
        throw error
      })
      if (!done) return controller.enqueue(encoder.encode(value))
      controller.close()
      end()
    },
    async cancel() {
      c.get('logFields').code ??= 'client_disconnected'
      end()
      await texts.return(undefined)
    },
  })
}

export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'private, no-store',
  // proxies that collect a response before they pass it on would undo the streaming
  'x-accel-buffering': 'no',
}
