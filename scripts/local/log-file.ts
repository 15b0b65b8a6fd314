import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

const maxFileBytes = 20_000_000
const keptFiles = 3

/**
 * A log that is appended to over all starts and rotated by size. A write that fails, on a full disk for example,
 * drops its line; the next line that fits is preceded by one that counts the dropped ones.
 */
export class LogFile {
  readonly path: string
  readonly #maxBytes: number
  #descriptor: number | null = null
  #bytes = 0
  #dropped = 0
  /** True if the last write ended in the middle of a line. */
  #isTorn = false

  constructor(path: string, maxBytes = maxFileBytes) {
    this.path = path
    this.#maxBytes = maxBytes
  }

  /** Lines that were dropped and not reported in the log yet. */
  get dropped(): number {
    return this.#dropped
  }

  write(line: string): void {
    try {
      this.#append(`${this.#isTorn ? '\n' : ''}${this.#dropReport()}${line}\n`)
      this.#dropped = 0
    } catch {
      this.#dropped++
    }
  }

  close(): void {
    if (this.#descriptor === null) return
    closeSync(this.#descriptor)
    this.#descriptor = null
  }

  #dropReport(): string {
    if (this.#dropped === 0) return ''
    return `${JSON.stringify({ level: 'warn', event: 'log_lines_dropped', count: this.#dropped })}\n`
  }

  #append(text: string): void {
    const bytes = Buffer.from(text)
    if (this.#descriptor !== null && this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes)
      this.#rotate()
    this.#descriptor ??= this.#open()
    const written = writeSync(this.#descriptor, bytes)
    this.#bytes += written
    this.#isTorn = written > 0 ? written < bytes.length : this.#isTorn
    if (written < bytes.length) throw new Error('The disk took a part of the line only.')
  }

  #open(): number {
    const descriptor = openSync(this.path, 'a', 0o600)
    this.#bytes = fstatSync(descriptor).size
    return descriptor
  }

  /** Moves the full file aside; the oldest one kept is replaced. */
  #rotate(): void {
    this.close()
    for (let n = keptFiles; n >= 1; n--) {
      try {
        renameSync(n === 1 ? this.path : `${this.path}.${n - 1}`, `${this.path}.${n}`)
      } catch {
        // There are not that many yet.
      }
    }
  }
}
