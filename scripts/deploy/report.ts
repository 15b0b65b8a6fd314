/** Tells what a deployment finds and does, one line for each step. */
export class Report {
  readonly #write: (line: string) => void
  /** True if anything was changed, or would be. */
  changes = 0

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  heading(text: string): void {
    this.#write(text)
  }

  present(subject: string, detail: string): void {
    this.#line('present', subject, detail)
  }

  planned(subject: string, detail: string): void {
    this.changes++
    this.#line('would', subject, detail)
  }

  changed(subject: string, detail: string): void {
    this.changes++
    this.#line('done', subject, detail)
  }

  note(subject: string, detail: string): void {
    this.#line('note', subject, detail)
  }

  #line(state: string, subject: string, detail: string): void {
    this.#write(`  ${state.padEnd(8)} ${subject.padEnd(12)} ${detail}`)
  }
}
