/** Collects the `Server-Timing` header: where a request spent its time, in milliseconds. */
export class ServerTiming {
  readonly #entries: string[] = []

  async measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now()
    try {
      return await work()
    } finally {
      this.add(name, performance.now() - started)
    }
  }

  add(name: string, milliseconds: number): void {
    this.#entries.push(`${name};dur=${milliseconds.toFixed(1)}`)
  }

  header(): string {
    return this.#entries.join(', ')
  }
}
