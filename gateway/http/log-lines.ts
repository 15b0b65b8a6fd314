interface Parts {
  write: (lines: string) => void
  now: () => number
  wait: (milliseconds: number) => Promise<void>
  /** Keeps work running after the response (`waitUntil`). */
  defer: (work: Promise<unknown>) => void
}

const maxLines = 64

/**
 * Writes the log lines of requests. Where the runtime hands every write to another process, lines that come within a
 * few milliseconds are written together: the writes cost more than all else a repeated judgment needs.
 */
export class LogLines {
  readonly #parts: Parts
  #pending: string[] = []
  #dueAt = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Adds a line that may wait for others for `holdMs`; 0 writes it, and what waits, at once. */
  add(line: string, holdMs: number): void {
    const { now, wait, defer } = this.#parts
    this.#pending.push(line)
    const isFirst = this.#pending.length === 1
    // the runtime may have ended the request that was to write what waits
    const isLate = !isFirst && now() > this.#dueAt
    if (holdMs === 0 || this.#pending.length >= maxLines || isLate) this.#flush()
    else if (isFirst) {
      this.#dueAt = now() + holdMs
      defer(wait(holdMs).then(() => this.#flush()))
    }
  }

  #flush(): void {
    if (this.#pending.length === 0) return
    const lines = this.#pending.join('\n')
    this.#pending = []
    this.#parts.write(lines)
  }
}
