/** When a call is hedged on a second node: after a fixed delay, or after the 95th percentile of recent calls. */
export type Hedge = { afterMs: number } | 'p95'

/** `NODE_HEDGE`: off when empty, `p95`, or milliseconds. */
export function parseHedge(setting: string | undefined): Hedge | null {
  if (!setting) return null
  if (setting === 'p95') return 'p95'
  const afterMs = Number(setting)
  if (Number.isInteger(afterMs) && afterMs > 0) return { afterMs }
  throw new Error('NODE_HEDGE is neither p95 nor a number of milliseconds.')
}

const maxSamples = 100
const minSamples = 20

/** Durations of the recent calls of each model. */
export class RecentDurations {
  readonly #waits = new Map<string, number[]>()

  add(model: string, milliseconds: number): void {
    const waits = this.#waits.get(model) ?? []
    waits.push(milliseconds)
    if (waits.length > maxSamples) waits.shift()
    this.#waits.set(model, waits)
  }

  /** The 95th percentile; null while there are too few samples. */
  p95(model: string): number | null {
    const waits = this.#waits.get(model) ?? []
    if (waits.length < minSamples) return null
    return waits.toSorted((one, other) => one - other)[Math.ceil(waits.length * 0.95) - 1]!
  }
}
