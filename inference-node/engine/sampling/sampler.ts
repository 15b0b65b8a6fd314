import { exponentialBelow, stepsPerUnit } from './exponential.ts'

/** Sampling parameters; the neutral values are temperature 1, top-p 1, top-k 0, min-p 0, penalty 1. */
export interface SamplingParameters {
  /** 0 takes the most likely token. */
  temperature: number
  topP: number
  /** 0 keeps all tokens. */
  topK: number
  /** Keeps tokens at least this many times as likely as the most likely one. */
  minP: number
  /** Above 1 makes tokens of the prompt and the answer less likely. */
  repetitionPenalty: number
}

/**
 * Tokens this many units of scaled logit below the best are never drawn: each is 4e-11 times as likely. It spares
 * an exponential for nearly every token of a large vocabulary.
 */
const negligible = 24

/** Tokens are ranked roughly first, by so many classes of scaled logit, and exactly only where a limit falls. */
const classes = negligible * stepsPerUnit + 1

/** Chooses tokens from logits; one sampler serves all sequences, its scratch space is reused. */
export class Sampler {
  readonly #ids: Int32Array
  readonly #weights: Float64Array
  readonly #classes: Int32Array
  readonly #borderIds: Int32Array
  readonly #borderWeights: Float64Array
  readonly #classSize = new Int32Array(classes)
  readonly #classWeight = new Float64Array(classes)

  constructor(vocabularySize: number) {
    this.#ids = new Int32Array(vocabularySize)
    this.#weights = new Float64Array(vocabularySize)
    this.#classes = new Int32Array(vocabularySize)
    this.#borderIds = new Int32Array(vocabularySize)
    this.#borderWeights = new Float64Array(vocabularySize)
  }

  /**
   * @param logits [vocabulary], left as they are
   * @param random uniform in [0, 1): the choice depends on it alone
   */
  sample(logits: Float32Array, parameters: SamplingParameters, random: number): number {
    if (parameters.temperature === 0) return largest(logits)
    const { topK, topP } = parameters
    let count = this.#gather(logits, parameters)
    if (topK > 0 && topK < count) count = this.#keepBest(count, (kept) => kept >= topK)
    if (topP < 1) {
      const wanted = topP * sum(this.#weights, count)
      count = this.#keepBest(count, (_, weight) => weight >= wanted)
    }
    return this.#draw(count, random)
  }

  /** Collects the tokens worth considering, with weights relative to the best; returns how many. */
  #gather(logits: Float32Array, { temperature, minP }: SamplingParameters): number {
    const best = logits[largest(logits)]!
    const reach = minP > 0 ? Math.min(negligible, -Math.log(minP)) : negligible
    const least = best - reach * temperature
    const scale = stepsPerUnit / temperature
    const furthest = reach * stepsPerUnit // a hair less than what rounding lets past `least`
    let count = 0
    for (let id = 0; id < logits.length; id++) {
      const logit = logits[id]!
      if (logit < least) continue
      const steps = Math.min(furthest, (best - logit) * scale)
      this.#ids[count] = id
      this.#weights[count] = exponentialBelow(steps)
      this.#classes[count] = Math.trunc(steps)
      count++
    }
    return count
  }

  /**
   * Moves the best tokens to the front until they are enough; of equals the lower id is better.
   *
   * @param enough whether so many tokens of so much weight suffice
   * @returns how many were kept
   */
  #keepBest(count: number, enough: (kept: number, weight: number) => boolean): number {
    const border = this.#findBorder(count, enough)
    const atBorder: number[] = []
    let kept = 0
    let weight = 0
    for (let index = 0; index < count; index++) {
      const rank = this.#classes[index]!
      if (rank > border) continue
      const id = this.#ids[index]!
      const own = this.#weights[index]!
      if (rank === border) {
        this.#borderIds[atBorder.length] = id
        this.#borderWeights[atBorder.length] = own
        atBorder.push(atBorder.length)
        continue
      }
      this.#classes[kept] = rank
      this.#ids[kept] = id
      this.#weights[kept++] = own
      weight += own
    }
    const ids = this.#borderIds
    const weights = this.#borderWeights
    atBorder.sort((a, b) => weights[b]! - weights[a]! || ids[a]! - ids[b]!)
    for (const place of atBorder) {
      if (enough(kept, weight)) break
      this.#classes[kept] = border
      this.#ids[kept] = ids[place]!
      this.#weights[kept++] = weights[place]!
      weight += weights[place]!
    }
    return kept
  }

  /** The class within which the best tokens become enough. */
  #findBorder(count: number, enough: (kept: number, weight: number) => boolean): number {
    this.#classSize.fill(0)
    this.#classWeight.fill(0)
    for (let index = 0; index < count; index++) {
      this.#classSize[this.#classes[index]!]! += 1
      this.#classWeight[this.#classes[index]!]! += this.#weights[index]!
    }
    let kept = 0
    let weight = 0
    for (let border = 0; border < classes; border++) {
      kept += this.#classSize[border]!
      weight += this.#classWeight[border]!
      if (enough(kept, weight)) return border
    }
    return classes
  }

  #draw(count: number, random: number): number {
    const target = random * sum(this.#weights, count)
    let reached = 0
    for (let index = 0; index < count; index++) {
      reached += this.#weights[index]!
      if (target < reached) return this.#ids[index]!
    }
    return this.#ids[count - 1]!
  }
}

/** Divides positive and multiplies negative logits of the given tokens, in place (Keskar et al., 2019). */
export function penalizeRepetition(logits: Float32Array, seen: Iterable<number>, penalty: number): void {
  for (const id of seen) logits[id] = logits[id]! > 0 ? logits[id]! / penalty : logits[id]! * penalty
}

/** The first token with the largest logit. Four running maxima, because one would wait for itself at every step. */
export function largest(logits: Float32Array): number {
  let [a, b, c, d] = [-Infinity, -Infinity, -Infinity, -Infinity]
  const whole = logits.length - (logits.length % 4)
  for (let id = 0; id < whole; id += 4) {
    if (logits[id]! > a) a = logits[id]!
    if (logits[id + 1]! > b) b = logits[id + 1]!
    if (logits[id + 2]! > c) c = logits[id + 2]!
    if (logits[id + 3]! > d) d = logits[id + 3]!
  }
  for (let id = whole; id < logits.length; id++) if (logits[id]! > a) a = logits[id]!
  return Math.max(0, logits.indexOf(Math.max(a, b, c, d)))
}

function sum(values: Float64Array, count: number): number {
  let total = 0
  for (let index = 0; index < count; index++) total += values[index]!
  return total
}
