import { StartProblem } from './problem.ts'

/** Ends a start once, in order, whatever the reason. */
export interface Lifecycle {
  /** Adds work to do at the end. */
  onStop(stop: () => Promise<unknown>): void
  readonly isStopping: boolean
  /** Stops everything and prints the reason. */
  stop(code: number, why: string): Promise<void>
  /** Takes the signals over, also from libraries that would end the process before the children have. */
  ownSignals(): void
}

/** Watches signals, unexpected errors and, where asked to, the end of the process that ran this one. */
export function watchLifecycle({ endsWithParent }: { endsWithParent: boolean }): Lifecycle {
  const stops: (() => Promise<unknown>)[] = []
  let isStopping = false
  const lifecycle: Lifecycle = {
    onStop: (stop) => {
      stops.push(stop)
    },
    get isStopping() {
      return isStopping
    },
    stop: async (code, why) => {
      if (isStopping) return
      isStopping = true
      console.error(why)
      await Promise.allSettled(stops.map((stopOne) => stopOne()))
      process.exit(code)
    },
    ownSignals: () => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.removeAllListeners(signal)
        process.on(signal, () => void lifecycle.stop(0, `Stopped by ${signal}.`))
      }
    },
  }
  lifecycle.ownSignals()
  // a console that takes no more, such as a file on a full disk, is no reason to stop
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  if (endsWithParent) {
    // npm does not hand every signal on, and may be killed: the end of the parent is the end of this
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent)
        void lifecycle.stop(0, 'Stopped: the process that ran the start has ended.')
    }, 250).unref()
  }
  process.on('uncaughtException', (error) => void lifecycle.stop(1, describeError(error)))
  process.on('beforeExit', () => void lifecycle.stop(1, 'The start ended before gateway and node answered.'))
  return lifecycle
}

/** One line for what the user can act on, everything for the rest. */
export function describeError(error: unknown): string {
  if (error instanceof StartProblem) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
