import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import type { Result } from './work.ts'

interface Line {
  work: string
  subject: string
  round: number
  result: Result
}

/** Results of a bench, a line of a file for each round of a subject, so that an interrupted bench can be resumed. */
export class FinishedRounds {
  readonly #file: string
  readonly #work: string
  readonly #results = new Map<string, Result>()

  /** @param work names what is done: results of other work in the same file are left alone */
  constructor(file: string, work: string) {
    this.#file = file
    this.#work = work
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
    for (const line of lines) {
      const { work: other, subject, round, result } = JSON.parse(line) as Line
      if (other === work) this.#results.set(`${subject} ${round}`, result)
    }
  }

  get(subject: string, round: number): Result | undefined {
    return this.#results.get(`${subject} ${round}`)
  }

  add(subject: string, round: number, result: Result): void {
    this.#results.set(`${subject} ${round}`, result)
    const line: Line = { work: this.#work, subject, round, result }
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}
