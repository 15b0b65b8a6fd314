import { endsWithVerdict } from '../../../schema/judge/rating.ts'

const closingBracket = /[\]］]/g

export interface StopRules {
  stops: readonly string[]
  stopAtRating: boolean
}

/** Something that belongs to a place in the text and is let out together with it. */
interface Attached<T> {
  start: number
  value: T
}

/** Text that may be shown, and what was attached to it. */
export interface Released<T> {
  text: string
  attached: T[]
}

/**
 * The text of an answer as its tokens' bytes arrive. It lets out whole characters only, keeps back what may turn
 * into a stop string, and never lets a stop string out.
 */
export class AnswerText<T = never> {
  readonly #rules: StopRules
  readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
  readonly #maxStopLength: number
  #text = ''
  #released = 0
  #attached: Attached<T>[] = []
  #stopped = false

  constructor(rules: StopRules) {
    this.#rules = rules
    this.#maxStopLength = Math.max(0, ...rules.stops.map((stop) => stop.length))
  }

  /** All whole characters so far, up to the stop when there was one. */
  get text(): string {
    return this.#text
  }

  /** A stop string or the rating was reached: nothing more will be let out. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Adds the bytes of one token, and what goes with it, and lets out what is certain. */
  push(bytes: Uint8Array, value?: T): Released<T> {
    const before = this.#text.length
    if (value !== undefined) this.#attached.push({ start: before, value })
    this.#text += this.#decoder.decode(bytes, { stream: true })
    const end = this.#findStop(before)
    if (end !== null) {
      this.#text = this.#text.slice(0, end)
      this.#stopped = true
      this.#attached = this.#attached.filter(({ start }) => start < end)
      return this.#release(end, true)
    }
    return this.#release(this.#text.length - this.#uncertain(), false)
  }

  /** Lets out what was kept back. Bytes that are no whole character are dropped. */
  finish(): Released<T> {
    return this.#release(this.#text.length, true)
  }

  #release(end: number, all: boolean): Released<T> {
    const text = this.#text.slice(this.#released, end)
    this.#released = Math.max(end, this.#released)
    const ready = this.#attached.findIndex(({ start }) => !all && start >= end)
    const attached = this.#attached.splice(0, ready < 0 ? this.#attached.length : ready)
    return { text, attached: attached.map(({ value }) => value) }
  }

  /** Returns where the text ends by the rules; checks only what the last token can have completed. */
  #findStop(before: number): number | null {
    let end: number | null = null
    const from = Math.max(0, before - this.#maxStopLength + 1)
    for (const stop of this.#rules.stops) {
      const found = this.#text.indexOf(stop, from)
      if (found >= 0 && (end === null || found < end)) end = found
    }
    if (this.#rules.stopAtRating) {
      const after = this.#findVerdictEnd(before)
      if (after !== null && (end === null || after <= end)) end = after
    }
    return end
  }

  /** The place right after the first verdict that the text since `before` has completed. */
  #findVerdictEnd(before: number): number | null {
    for (const { index } of this.#text.slice(before).matchAll(closingBracket)) {
      const end = before + index + 1
      if (endsWithVerdict(this.#text.slice(0, end))) return end
    }
    return null
  }

  /** Length of the longest end of the text that begins some stop string. */
  #uncertain(): number {
    let longest = 0
    for (const stop of this.#rules.stops)
      for (let length = Math.min(stop.length - 1, this.#text.length); length > longest; length--)
        if (this.#text.endsWith(stop.slice(0, length))) longest = length
    return longest
  }
}
