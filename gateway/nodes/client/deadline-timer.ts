/** Something that ends at a time unless it is over before. */
export interface Deadline {
  /** In milliseconds since 1970; it may be moved while it is watched. */
  readonly endsAt: number
  expire(): void
}

/** The timer fires at least this often while there are deadlines, and an idle object keeps none for longer. */
const maxTimerMs = 10_000

/**
 * Watches over the deadlines of many calls with one timer. Nearly every call is over long before its deadline, and
 * setting and clearing a timer costs far more than moving a deadline.
 */
export class DeadlineTimer {
  readonly #watched = new Set<Deadline>()
  #firesAt = Number.POSITIVE_INFINITY
  #clear = () => {}

  /** Watches over a deadline, again after it was moved. */
  watch(deadline: Deadline): void {
    this.#watched.add(deadline)
    if (deadline.endsAt < this.#firesAt) this.#set(deadline.endsAt)
  }

  unwatch(deadline: Deadline): void {
    this.#watched.delete(deadline)
  }

  #set(endsAt: number): void {
    this.#clear()
    const now = Date.now()
    const wait = Math.max(0, Math.min(endsAt - now, maxTimerMs))
    this.#firesAt = now + wait
    const timer = setTimeout(() => this.#check(), wait)
    this.#clear = () => clearTimeout(timer)
  }

  #check(): void {
    this.#firesAt = Number.POSITIVE_INFINITY
    const now = Date.now()
    for (const deadline of [...this.#watched]) {
      if (deadline.endsAt > now) continue
      this.#watched.delete(deadline)
      deadline.expire()
    }
    if (this.#watched.size === 0) return
    this.#set(Math.min(...[...this.#watched].map(({ endsAt }) => endsAt)))
  }
}
