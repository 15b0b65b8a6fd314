import type { Failure } from '../../schema/api/errors.ts'

/** Time limits of a request, in milliseconds. */
export interface TimeLimits {
  /** From arrival until a slot is free. */
  queueMs: number
  /** From the slot to the first token. */
  firstTokenMs: number
  /** From one token to the next. */
  betweenTokensMs: number
  totalMs: number
}

type Phase = 'queueMs' | 'firstTokenMs' | 'betweenTokensMs'

const names: Record<keyof TimeLimits, string> = {
  queueMs: 'waited in the queue for',
  firstTokenMs: 'had no first token for',
  betweenTokensMs: 'had no further token for',
  totalMs: 'ran for',
}

/** Watches one request: in each phase one limit holds, and one holds over all. */
export class Deadlines {
  readonly #limits: TimeLimits
  readonly #expire: (failure: Failure) => void
  readonly #total: NodeJS.Timeout
  #phase: NodeJS.Timeout

  constructor(limits: TimeLimits, expire: (failure: Failure) => void) {
    this.#limits = limits
    this.#expire = expire
    this.#total = this.#timer('totalMs')
    this.#phase = this.#timer('queueMs')
  }

  enter(phase: Phase): void {
    clearTimeout(this.#phase)
    this.#phase = this.#timer(phase)
  }

  clear(): void {
    clearTimeout(this.#phase)
    clearTimeout(this.#total)
  }

  #timer(limit: keyof TimeLimits): NodeJS.Timeout {
    const milliseconds = this.#limits[limit]
    return setTimeout(() => {
      this.clear()
      const detail = `The request ${names[limit]} ${milliseconds / 1000} s, which is the limit.`
      this.#expire({ code: 'engine_timeout', detail, source: 'node' })
    }, milliseconds)
  }
}
