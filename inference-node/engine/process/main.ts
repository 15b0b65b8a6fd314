import type { Engine } from '../engine.ts'
import type { FromEngine, ToEngine } from '../protocol.ts'
import { loadEngine } from './load-engine.ts'

/** The engine process: loads the model that the server names and generates until the server exits. */

let engine: Engine | null = null

const send = (message: FromEngine) => {
  if (process.connected) process.send!(message)
}

async function load(message: Extract<ToEngine, { type: 'load' }>): Promise<void> {
  try {
    const loaded = await loadEngine(
      message.config,
      (events, statistics) => send({ type: 'events', events, statistics }),
      (line) => send({ type: 'notice', line }),
    )
    engine = loaded.engine
    send({ type: 'loaded', model: loaded.model })
  } catch (error) {
    send({ type: 'refused', reason: (error as Error).message })
    return
  }
  await engine.run()
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'load') void load(message)
  else if (message.type === 'generate') void engine?.submit(message.request)
  else engine?.cancel(message.id)
})
// the engine ends with the server, which handles the signals
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
