import type { BestLogits } from '../../model/best-logits.ts'
import { BestTokens } from './best-tokens.ts'
import { stepsPerUnit } from './exponential.ts'
import type { SamplingParameters } from './parameters.ts'
import { maxVocabulary, negligible, TokenWeights, toTarget, toWeight } from './token-weight.ts'

/** The logits of a row are no distribution: one is not a number, or the largest is not finite. */
export class UnusableLogits extends Error {
  constructor() {
    super('the model computed logits that are no distribution')
    this.name = 'UnusableLogits'
  }
}

/** Tokens are ranked by so many classes of scaled logit first, and exactly only in the class where a limit falls. */
const classes = negligible * stepsPerUnit + 1

/** A place in the ranking: the tokens up to there, the last one's id, and the weight of all of them. */
interface Place {
  tokens: number
  id: number
  weight: number
}

/**
 * Chooses tokens from logits; one sampler serves all sequences, its scratch space is reused.
 *
 * Tokens are ranked by logit, of equals the lower id first. Top-k, top-p and min-p keep a beginning of the ranking, and
 * the draw takes the first token at which the weights so far exceed `random` times the weights kept. Weights are whole
 * numbers, so the result is exact, and the best tokens alone mostly determine it ({@link BestTokens}).
 */
export class Sampler {
  readonly #ids: Int32Array
  readonly #weights: Float64Array
  readonly #classes: Int32Array
  readonly #classSize = new Int32Array(classes)
  readonly #classWeight = new Float64Array(classes)
  readonly #best: BestTokens

  constructor(vocabularySize: number) {
    if (vocabularySize > maxVocabulary)
      throw new RangeError(
        `the vocabulary has ${vocabularySize} tokens; at most ${maxVocabulary} are supported`,
      )
    this.#ids = new Int32Array(vocabularySize)
    this.#weights = new Float64Array(vocabularySize)
    this.#classes = new Int32Array(vocabularySize)
    this.#best = new BestTokens(vocabularySize)
  }

  /**
   * The token that {@link sample} would choose from the whole row, if the best tokens determine it; else null.
   *
   * @throws UnusableLogits like `sample`
   */
  sampleBest(best: BestLogits, parameters: SamplingParameters, random: number): number | null {
    // the sum is no number where a logit is none or the largest is infinite
    if (!Number.isFinite(best.sum)) throw new UnusableLogits()
    return this.#best.sample(best, parameters, random)
  }

  /**
   * @param logits [vocabulary], left as they are
   * @param random uniform in [0, 1): the choice depends on it alone
   * @throws UnusableLogits when a logit is not a number or the largest is infinite
   */
  sample(logits: Float32Array, parameters: SamplingParameters, random: number): number {
    const best = largest(logits)
    if (!Number.isFinite(logits[best])) throw new UnusableLogits()
    const { temperature, topK, topP, minP } = parameters
    if (temperature === 0) return best
    const all = this.#gather(logits, new TokenWeights(logits[best]!, temperature, minP))
    const count = all.tokens
    let kept = all
    if (topK > 0 && topK < count) kept = this.#walk(logits, count, (tokens) => tokens >= topK)
    if (topP < 1) {
      const wanted = topP * kept.weight
      kept = this.#walk(logits, count, (_, weight) => weight >= wanted)
    }
    const target = toTarget(random, kept.weight)
    return this.#walk(logits, count, (_, weight) => weight > target).id
  }

  /** Collects the tokens that may be drawn, with their weights and classes. */
  #gather(logits: Float32Array, weights: TokenWeights): { tokens: number; weight: number } {
    const tokens = collectFrom(logits, weights.least, this.#ids)
    this.#classSize.fill(0)
    this.#classWeight.fill(0)
    let total = 0
    for (let index = 0; index < tokens; index++) {
      const steps = weights.toSteps(logits[this.#ids[index]!]!)
      const weight = toWeight(steps)
      const rank = Math.trunc(steps)
      this.#weights[index] = weight
      this.#classes[index] = rank
      this.#classSize[rank]! += 1
      this.#classWeight[rank]! += weight
      total += weight
    }
    return { tokens, weight: total }
  }

  /**
   * Goes down the ranking of the gathered tokens until it has gone far enough.
   *
   * @param enough whether so many tokens of so much weight suffice; all of them do
   */
  #walk(logits: Float32Array, count: number, enough: (tokens: number, weight: number) => boolean): Place {
    let tokens = 0
    let weight = 0
    let border = 0
    while (!enough(tokens + this.#classSize[border]!, weight + this.#classWeight[border]!)) {
      tokens += this.#classSize[border]!
      weight += this.#classWeight[border]!
      border++
    }
    const members: number[] = []
    const ranks = this.#classes.subarray(0, count)
    for (let at = ranks.indexOf(border); at >= 0; at = ranks.indexOf(border, at + 1)) members.push(at)
    const ids = this.#ids
    members.sort((a, b) => logits[ids[b]!]! - logits[ids[a]!]! || ids[a]! - ids[b]!)
    let id = -1
    for (const member of members) {
      id = ids[member]!
      tokens++
      weight += this.#weights[member]!
      if (enough(tokens, weight)) break
    }
    return { tokens, id, weight }
  }
}

/** Collects the tokens whose logit is at least `least`; returns how many. A loop of its own, since it sees all tokens. */
function collectFrom(logits: Float32Array, least: number, ids: Int32Array): number {
  let count = 0
  for (let id = 0; id < logits.length; id++) if (logits[id]! >= least) ids[count++] = id
  return count
}

/** Divides positive and multiplies negative logits of the given tokens, in place (Keskar et al., 2019). */
export function penalizeRepetition(logits: Float32Array, seen: Iterable<number>, penalty: number): void {
  for (const id of seen) logits[id] = logits[id]! > 0 ? logits[id]! / penalty : logits[id]! * penalty
}

/**
 * The first token with the largest logit. Four running maxima, because one would wait for itself at every step.
 *
 * @throws UnusableLogits when a logit is not a number
 */
export function largest(logits: Float32Array): number {
  let [a, b, c, d] = [-Infinity, -Infinity, -Infinity, -Infinity]
  const whole = logits.length - (logits.length % 4)
  for (let id = 0; id < whole; id += 4) {
    // what is not a number is not at most anything
    if (!(logits[id]! <= a)) a = toNumber(logits[id]!)
    if (!(logits[id + 1]! <= b)) b = toNumber(logits[id + 1]!)
    if (!(logits[id + 2]! <= c)) c = toNumber(logits[id + 2]!)
    if (!(logits[id + 3]! <= d)) d = toNumber(logits[id + 3]!)
  }
  for (let id = whole; id < logits.length; id++) if (!(logits[id]! <= a)) a = toNumber(logits[id]!)
  return Math.max(0, logits.indexOf(Math.max(a, b, c, d)))
}

function toNumber(logit: number): number {
  if (Number.isNaN(logit)) throw new UnusableLogits()
  return logit
}
