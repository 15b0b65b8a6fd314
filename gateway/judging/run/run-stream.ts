import type { Flight } from './shared-run.ts'

/** What a flight's stream carries between object and gateway. */
export type FlightEvent<Item, Outcome> = { item: Item } | { outcome: Outcome }

const encoder = new TextEncoder()

/** A flight as a stream of lines of JSON. A reader that cancels leaves the flight. */
export function flightStream<Item, Outcome>(flight: Flight<Item, Outcome>): ReadableStream<Uint8Array> {
  let leave = () => {}
  return new ReadableStream({
    type: 'bytes',
    start(controller: ReadableByteStreamController) {
      const send = (event: FlightEvent<Item, Outcome>) =>
        controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`))
      const boarded = flight.board({
        onItem: (item) => send({ item }),
        onOutcome: (outcome) => {
          send({ outcome })
          controller.close()
        },
      })
      leave = boarded.leave
      flight.outcome.catch((error) => controller.error(error))
    },
    cancel() {
      leave()
    },
  })
}

/** The events of such a stream. One that breaks off ends without an outcome, or throws. */
export async function* flightEvents<Item, Outcome>(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<FlightEvent<Item, Outcome>> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as FlightEvent<Item, Outcome>
  }
}
