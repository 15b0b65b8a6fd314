const remembered = 256
const fallbackSeconds = 5
const maxSeconds = 300

/** Recent throughput in answers, for `Retry-After`. */
export class Throughput {
  readonly #now: () => number
  #finishedAt: number[] = []

  /** @param now milliseconds that only grow */
  constructor(now: () => number) {
    this.#now = now
  }

  finished(): void {
    this.#finishedAt.push(this.#now())
    if (this.#finishedAt.length > remembered) this.#finishedAt.shift()
  }

  /** Whole seconds until `answers` more are likely to be finished. */
  secondsFor(answers: number): number {
    const count = this.#finishedAt.length
    if (count < 2) return fallbackSeconds
    const perSecond = (count * 1000) / Math.max(1, this.#now() - this.#finishedAt[0]!)
    return Math.min(maxSeconds, Math.max(1, Math.ceil(answers / perSecond)))
  }
}
