import { type BestLogits, sumErrorBound } from '../../model/best-logits.ts'
import type { SamplingParameters } from './parameters.ts'
import { bestWeight, negligible, TokenWeights, toTarget, toWeight } from './token-weight.ts'

/** A number that is known to lie between two bounds. */
interface Range {
  low: number
  high: number
}

/**
 * Chooses a token by the best of its row alone, where that provably gives what the whole row would give.
 *
 * The weights of the best tokens are exact. The weight of the others is known between two bounds, by the sum that the
 * graph gives and its error. Every later quantity grows with that weight, so it is computed for both bounds: where
 * both choose the same token, so does the weight itself.
 */
export class BestTokens {
  readonly #vocabularySize: number
  readonly #sumError: number
  /** The known tokens by rank, and the sum of the weights up to each. */
  #ids = new Int32Array(0)
  #reached = new Float64Array(0)

  constructor(vocabularySize: number) {
    this.#vocabularySize = vocabularySize
    this.#sumError = sumErrorBound(vocabularySize)
  }

  /** Null when the best tokens do not determine the choice. */
  sample(best: BestLogits, parameters: SamplingParameters, random: number): number | null {
    const { temperature, topK, topP, minP } = parameters
    const { values } = best
    const whole = values.length === this.#vocabularySize
    const lowest = values.at(-1)!
    // which of the tokens with the lowest logit are here is the graph's choice
    const known = whole ? values.length : values.indexOf(lowest)
    if (known === 0) return null
    this.#rank(best, known)
    if (temperature === 0) return this.#ids[0]!
    const weights = new TokenWeights(values[0]!, temperature, minP)
    const count = this.#weigh(values, known, weights)
    const total = this.#reached[count - 1]!
    let kept: Range = { low: total, high: total }
    if (!whole && lowest >= weights.least) {
      const others = this.#weighOthers(best, known, parameters, toWeight(weights.toSteps(lowest)))
      kept = { low: total + others.low, high: total + others.high }
    }
    if (topK > 0 && topK <= count) kept = { low: this.#reached[topK - 1]!, high: this.#reached[topK - 1]! }
    if (topP < 1) {
      const low = this.#find(count, (weight) => weight >= topP * kept.low)
      const high = this.#find(count, (weight) => weight >= topP * kept.high)
      kept = {
        low: low < 0 ? topP * kept.low : this.#reached[low]!,
        high: high < 0 ? kept.high : this.#reached[high]!,
      }
    }
    const [first, last] = [kept.low, kept.high].map((weight) => {
      const target = toTarget(random, weight)
      return this.#find(count, (reached) => reached > target)
    })
    return first! >= 0 && first === last ? this.#ids[first!]! : null
  }

  /** The known tokens in the order of their rank: of equals the lower id first, whatever the graph's order. */
  #rank({ values, ids }: BestLogits, known: number) {
    this.#ids = ids.slice(0, known)
    for (let start = 0; start < known; ) {
      let end = start + 1
      while (end < known && values[end] === values[start]) end++
      if (end > start + 1) this.#ids.subarray(start, end).sort()
      start = end
    }
  }

  /** Sums up the weights of the known tokens that may be drawn; returns how many these are. */
  #weigh(values: Float32Array, known: number, weights: TokenWeights): number {
    if (this.#reached.length < known) this.#reached = new Float64Array(known)
    let reached = 0
    let count = 0
    for (; count < known && values[count]! >= weights.least; count++) {
      reached += toWeight(weights.toSteps(values[count]!))
      this.#reached[count] = reached
    }
    return count
  }

  /**
   * The weight of all tokens but the known ones. At temperature 1 it follows from the sum. A token weighs w^(1/T) at
   * another temperature T, with w at most the lowest of the best: at low temperatures the sum shrinks by w^(1/T - 1) at
   * least, and the power mean bounds it on the other side.
   *
   * @param lowestWeight the weight of the lowest of the best tokens, which is the largest of the others
   */
  #weighOthers(
    { values, sum }: BestLogits,
    known: number,
    { temperature, topK, minP }: SamplingParameters,
    lowestWeight: number,
  ): Range {
    const others = this.#vocabularySize - known
    const power = 1 / temperature
    let knownSum = 0
    for (let rank = 0; rank < known; rank++) knownSum += Math.exp(values[rank]! - values[0]!)
    const most = Math.max(0, sum / (1 - this.#sumError) - knownSum * (1 - slack)) * (1 + slack)
    const least = Math.max(0, sum / (1 + this.#sumError) - knownSum * (1 + slack)) * (1 - slack)
    const byLowest = Math.exp((values.at(-1)! - values[0]!) * (power - 1))
    const byMean = (mass: number) => others * Math.min(1, mass / others) ** power
    const [low, high] = power >= 1 ? [byMean(least), byLowest * most] : [byLowest * least, byMean(most)]
    // the tokens at hand whose logit is the lowest are counted, and rounding moves each weight by 1 at most
    const atLowest = (values.length - known) * lowestWeight
    const unseen = others * (1 + bestWeight * Math.exp(-negligible))
    const range = {
      low: Math.max(atLowest, minP > 0 ? 0 : low * bestWeight * (1 - slack) - unseen),
      high: Math.min(high * bestWeight * (1 + slack) + others, others * (lowestWeight + 1)),
    }
    if (topK === 0) return range
    const taken = Math.max(0, topK - known)
    return {
      low: Math.min(range.low, Math.min(taken, values.length - known) * lowestWeight),
      high: Math.min(range.high, taken * (lowestWeight + 1)),
    }
  }

  /** The first rank at which the weights so far are enough; -1 when those of the known tokens never are. */
  #find(count: number, enough: (weight: number) => boolean): number {
    for (let rank = 0; rank < count; rank++) if (enough(this.#reached[rank]!)) return rank
    return -1
  }
}

/** Far more than float64 can be off in these few operations. */
const slack = 1e-9
