import type { SharedRun } from './shared-run.ts'

/** An event on the stream between the object and the gateway. */
export type RunEvent<Item, Outcome> = { item: Item } | { outcome: Outcome }

const encoder = new TextEncoder()

/** Encodes a run as a stream of JSON lines. Cancelling the stream unsubscribes from the run. */
export function toRunStream<Item, Outcome>(run: SharedRun<Item, Outcome>): ReadableStream<Uint8Array> {
  let unsubscribe = () => {}
  return new ReadableStream({
    type: 'bytes',
    start(controller: ReadableByteStreamController) {
      const send = (event: RunEvent<Item, Outcome>) =>
        controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`))
      unsubscribe = run.subscribe({
        onItem: (item) => send({ item }),
        onOutcome: (outcome) => {
          send({ outcome })
          controller.close()
        },
      })
      run.outcome.catch((error) => controller.error(error))
    },
    cancel() {
      unsubscribe()
    },
  })
}

/** Reads the events of such a stream. A broken stream ends without an outcome, or throws. */
export async function* readRunEvents<Item, Outcome>(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<RunEvent<Item, Outcome>> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as RunEvent<Item, Outcome>
  }
}
