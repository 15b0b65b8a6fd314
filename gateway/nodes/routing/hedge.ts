/** When a second node is asked as well: after a fixed wait, or after the longest that calls took lately. */
export type Hedge = { afterMs: number } | 'p95'

/** `NODE_HEDGE`: nothing for off, `p95`, or milliseconds. */
export function hedgeOf(setting: string | undefined): Hedge | null {
  if (!setting) return null
  if (setting === 'p95') return 'p95'
  const afterMs = Number(setting)
  if (Number.isInteger(afterMs) && afterMs > 0) return { afterMs }
  throw new Error('NODE_HEDGE is neither p95 nor a number of milliseconds.')
}

const kept = 100
const enough = 20

/** How long the calls of each model took lately. Numbers only. */
export class RecentWaits {
  readonly #waits = new Map<string, number[]>()

  add(model: string, milliseconds: number): void {
    const waits = this.#waits.get(model) ?? []
    waits.push(milliseconds)
    if (waits.length > kept) waits.shift()
    this.#waits.set(model, waits)
  }

  /** What 95 of 100 calls stayed within; null as long as too few are known to say. */
  p95(model: string): number | null {
    const waits = this.#waits.get(model) ?? []
    if (waits.length < enough) return null
    return waits.toSorted((one, other) => one - other)[Math.ceil(waits.length * 0.95) - 1]!
  }
}
