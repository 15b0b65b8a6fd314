/**
 * Bounds retries by the traffic: each first try earns a part of a retry, so that a failing fleet is never
 * sent much more traffic than a healthy one.
 */
export class RetryBudget {
  readonly #max: number
  readonly #earned: number
  #tokens: number

  constructor(max = 10, earned = 0.2) {
    this.#max = max
    this.#earned = earned
    this.#tokens = max
  }

  onFirstTry(): void {
    this.#tokens = Math.min(this.#max, this.#tokens + this.#earned)
  }

  /** Takes one retry out of the budget, if there is one. */
  take(): boolean {
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}

/** Full jitter: anywhere from nothing to a bound that doubles with every retry. */
export function retryDelayMs(retry: number, random: number): number {
  return random * Math.min(2_000, 100 * 2 ** retry)
}
