/**
 * Collects the `Server-Timing` header: where a request spent its time, in whole milliseconds. The runtime's finer clock
 * costs more than most of what it would measure.
 */
export class ServerTiming {
  readonly #spent = new Map<string, number>()

  async measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = Date.now()
    try {
      return await work()
    } finally {
      this.add(name, Date.now() - started)
    }
  }

  /** Durations under the same name are added up. */
  add(name: string, milliseconds: number): void {
    this.#spent.set(name, (this.#spent.get(name) ?? 0) + milliseconds)
  }

  header(): string {
    return [...this.#spent].map(([name, spent]) => `${name};dur=${spent}`).join(', ')
  }
}
