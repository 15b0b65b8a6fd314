import { type Failure, reason } from '../../schema/api/errors.ts'

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

const reasons = {
  queueMs: 'queue_timeout',
  firstTokenMs: 'first_token_timeout',
  betweenTokensMs: 'token_timeout',
  totalMs: 'total_timeout',
} as const

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
      const why = reason(reasons[limit], { seconds: milliseconds / 1000 })
      this.#expire({ code: 'engine_timeout', ...why, source: 'node' })
    }, milliseconds)
  }
}
