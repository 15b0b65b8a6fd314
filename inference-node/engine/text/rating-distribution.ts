import type { RatingProbabilities } from '../../../schema/api/chat-completion.ts'
import type { Tokenizer } from '../../model/tokenizer.ts'
import { LogProbabilities } from '../sampling/probabilities.ts'

const maxRating = 10

/** Tokens that can state a rating right after `[[`, as this tokenizer writes numbers. */
export class RatingTokens {
  /** Tokens that begin with a rating, by rating: `7`, `7]]`, `7.`; a lone `1` is among those of 1. */
  readonly byRating: number[][]
  /** Tokens that turn a `1` into a 10. */
  readonly zero: number[]
  /**
   * The token `1`, when 10 is written in two tokens: what follows it decides between 1 and 10. Null when 10 is
   * one token.
   */
  readonly one: number | null

  constructor(tokenizer: Tokenizer) {
    this.byRating = Array.from({ length: maxRating + 1 }, () => [])
    const decoder = new TextDecoder()
    for (let id = 0; id < tokenizer.size; id++) {
      const bytes = tokenizer.tokenBytes(id)
      if (bytes.length === 0 || bytes[0]! < 0x30 || bytes[0]! > 0x39) continue
      const rating = /^(10|\d)(?![^.\]])/.exec(decoder.decode(bytes))
      if (rating) this.byRating[Number(rating[1])]!.push(id)
    }
    this.zero = this.byRating[0]!
    this.one = this.byRating[maxRating]!.length > 0 ? null : (tokenizer.encode('1').at(-1) ?? null)
  }
}

/**
 * The model's distribution over the ratings at the place where an answer states its verdict. When 10 takes two
 * tokens, a second look at the logits behind `1` tells 1 and 10 apart.
 */
export class RatingDistribution {
  readonly #tokens: RatingTokens
  readonly #mass: number[]

  /** @param logits [vocabulary] right after the `[[` of the verdict */
  constructor(tokens: RatingTokens, logits: Float32Array) {
    this.#tokens = tokens
    const probabilities = new LogProbabilities(logits)
    this.#mass = tokens.byRating.map((ids) => sumProbabilities(ids, probabilities))
  }

  /** @param logits [vocabulary] after `[[1` */
  splitOne(logits: Float32Array): void {
    const ten = this.#mass[1]! * sumProbabilities(this.#tokens.zero, new LogProbabilities(logits))
    this.#mass[1]! -= ten
    this.#mass[maxRating]! += ten
  }

  result(): RatingProbabilities {
    const mass = this.#mass.reduce((a, b) => a + b, 0)
    const share = this.#mass.map((value) => (mass > 0 ? value / mass : 1 / this.#mass.length))
    return {
      probabilities: Object.fromEntries(share.map((value, rating) => [String(rating), value])),
      mode: share.indexOf(Math.max(...share)),
      mean: share.reduce((total, value, rating) => total + value * rating, 0),
      entropy: Math.abs(
        share.reduce((total, value) => total - (value > 0 ? value * Math.log2(value) : 0), 0),
      ),
      mass: Math.min(1, mass),
    }
  }
}

function sumProbabilities(ids: readonly number[], probabilities: LogProbabilities): number {
  return ids.reduce((total, id) => total + Math.exp(probabilities.of(id)), 0)
}
