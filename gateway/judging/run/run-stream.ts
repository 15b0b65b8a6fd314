import type { StreamStart } from './outcome.ts'
import type { SharedRun } from './shared-run.ts'

/** An event on the stream between the object and the gateway. */
export type RunEvent<Item, Outcome> = { item: Item } | { outcome: Outcome }

const encoder = new TextEncoder()

/** Interval of empty lines: the runtime notices a disconnected reader only when it writes. */
const heartbeatMs = 250

/** A client that disconnects is noticed in what is sent to it, so the answer begins after this time without an item. */
const maxSilenceMs = 10_000

/** Returns the events of a run that has an item or takes long, or the outcome of one that ended without any. */
export async function startStream<Item, Outcome>(
  run: SharedRun<Item, Outcome>,
): Promise<StreamStart<Outcome>> {
  const events = toRunStream(run)
  const { promise: silence, resolve } = Promise.withResolvers<'silent'>()
  const timer = setTimeout(() => resolve('silent'), maxSilenceMs)
  const start = await Promise.race([run.begun, silence])
  clearTimeout(timer)
  return start === 'silent' || run.hasItems ? { events } : run.outcome
}

/** Encodes a run as a stream of JSON lines. Cancelling the stream unsubscribes from the run. */
function toRunStream<Item, Outcome>(run: SharedRun<Item, Outcome>): ReadableStream<Uint8Array> {
  let unsubscribe = () => {}
  let heartbeat: number | null = null
  return new ReadableStream({
    type: 'bytes',
    start(controller: ReadableByteStreamController) {
      const send = (line: string) => controller.enqueue(encoder.encode(`${line}\n`))
      heartbeat = setInterval(() => send(''), heartbeatMs)
      unsubscribe = run.subscribe({
        onItem: (item) => send(JSON.stringify({ item })),
        onOutcome: (outcome) => {
          clearInterval(heartbeat)
          send(JSON.stringify({ outcome }))
          controller.close()
        },
      })
      run.outcome.catch((error) => {
        clearInterval(heartbeat)
        controller.error(error)
      })
    },
    cancel() {
      clearInterval(heartbeat)
      unsubscribe()
    },
  })
}

/** Reads the events of such a stream until it ends or the signal is aborted. A broken stream ends without an outcome. */
export async function* readRunEvents<Item, Outcome>(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<RunEvent<Item, Outcome>> {
  const reader = stream.getReader()
  const cancel = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', cancel)
  if (signal.aborted) cancel()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') yield JSON.parse(line) as RunEvent<Item, Outcome>
    }
  } finally {
    cancel()
  }
}
