/** Runs a bounded number of tasks at a time, in the order in which they arrive. */
export class Semaphore {
  readonly #waiting: (() => void)[] = []
  #permits: number
  #inUse = 0

  constructor(permits: number) {
    this.#permits = permits
  }

  /** Changes how many tasks may run. Running tasks are not stopped. */
  resize(permits: number): void {
    this.#permits = Math.max(1, permits)
    this.#wakeNext()
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#inUse < this.#permits) this.#inUse++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      this.#inUse--
      this.#wakeNext()
    }
  }

  #wakeNext(): void {
    while (this.#inUse < this.#permits) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#inUse++
      next()
    }
  }
}
