/** Lets a bounded number of tasks run at a time, in the order in which they came. */
export class Lanes {
  readonly #waiting: (() => void)[] = []
  #width: number
  #busy = 0

  constructor(width: number) {
    this.#width = width
  }

  /** Changes how many may run; those that run already go on. */
  setWidth(width: number): void {
    this.#width = Math.max(1, width)
    this.#letGo()
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#busy < this.#width) this.#busy++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      this.#busy--
      this.#letGo()
    }
  }

  #letGo(): void {
    while (this.#busy < this.#width) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#busy++
      next()
    }
  }
}
