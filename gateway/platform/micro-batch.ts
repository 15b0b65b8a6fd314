interface Waiting<Entry> {
  entry: Entry
  resolve: () => void
  reject: (error: unknown) => void
}

interface MicroBatchParts<Entry> {
  /** Writes all of these entries or, when it throws, none. */
  write: (entries: readonly Entry[]) => void
  /** Returns the number of runs in flight, each of which ends with an entry. */
  inFlight: () => number
}

/** The share of the runs in flight whose entries are written together: the others keep the nodes busy meanwhile. */
const share = 1 / 2
const maxEntries = 64
/** The longest that an entry waits for others, for each run in flight: where few run, a wait would leave nodes idle. */
const delayMsPerRun = 0.25

/** Writes entries that arrive at about the same time together, where so many runs are in flight that it pays. */
export class MicroBatch<Entry> {
  readonly #parts: MicroBatchParts<Entry>
  #waiting: Waiting<Entry>[] = []
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(parts: MicroBatchParts<Entry>) {
    this.#parts = parts
  }

  /** Resolves when the entry is written. */
  add(entry: Entry): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ entry, resolve, reject })
    const inFlight = this.#parts.inFlight()
    if (this.#waiting.length >= Math.min(maxEntries, inFlight * share)) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), inFlight * delayMsPerRun)
    return promise
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const together = this.#waiting
    this.#waiting = []
    if (!this.#tryWrite(together)) {
      // one entry that cannot be written does not keep the others from being stored
      for (const one of together) this.#tryWrite([one])
    }
  }

  /** Returns true once the entries are settled: written, or a single one rejected. */
  #tryWrite(entries: readonly Waiting<Entry>[]): boolean {
    try {
      this.#parts.write(entries.map(({ entry }) => entry))
    } catch (error) {
      if (entries.length > 1) return false
      entries[0]!.reject(error)
      return true
    }
    for (const { resolve } of entries) resolve()
    return true
  }
}
