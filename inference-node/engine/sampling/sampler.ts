/** How the next token is chosen; the neutral values are temperature 1, top-p 1, top-k 0, min-p 0, penalty 1. */
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
const classes = 4096

/** Chooses tokens from logits; one sampler serves all sequences, its scratch space is reused. */
export class Sampler {
  readonly #ids: Int32Array
  readonly #weights: Float64Array
  readonly #classOf: Int32Array
  readonly #classSize = new Int32Array(classes)
  readonly #classWeight = new Float64Array(classes)

  constructor(vocabularySize: number) {
    this.#ids = new Int32Array(vocabularySize)
    this.#weights = new Float64Array(vocabularySize)
    this.#classOf = new Int32Array(vocabularySize)
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
    let count = 0
    for (let id = 0; id < logits.length; id++) {
      const logit = logits[id]!
      if (logit < least) continue
      const scaled = (logit - best) / temperature
      this.#ids[count] = id
      this.#weights[count] = Math.exp(scaled)
      this.#classOf[count] = Math.min(classes - 1, Math.floor((-scaled / negligible) * classes))
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
    const atBorder: { id: number; weight: number }[] = []
    let kept = 0
    let weight = 0
    for (let index = 0; index < count; index++) {
      const token = { id: this.#ids[index]!, weight: this.#weights[index]! }
      if (this.#classOf[index]! === border) atBorder.push(token)
      if (this.#classOf[index]! >= border) continue
      this.#classOf[kept] = this.#classOf[index]!
      weight += token.weight
      this.#put(kept++, token)
    }
    atBorder.sort((a, b) => b.weight - a.weight || a.id - b.id)
    for (const token of atBorder) {
      if (enough(kept, weight)) break
      this.#classOf[kept] = border
      weight += token.weight
      this.#put(kept++, token)
    }
    return kept
  }

  /** The class within which the best tokens become enough. */
  #findBorder(count: number, enough: (kept: number, weight: number) => boolean): number {
    this.#classSize.fill(0)
    this.#classWeight.fill(0)
    for (let index = 0; index < count; index++) {
      this.#classSize[this.#classOf[index]!]! += 1
      this.#classWeight[this.#classOf[index]!]! += this.#weights[index]!
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

  #put(place: number, { id, weight }: { id: number; weight: number }): void {
    this.#ids[place] = id
    this.#weights[place] = weight
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

/** The first token with the largest logit. */
export function largest(logits: Float32Array): number {
  let best = 0
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id
  return best
}

function sum(values: Float64Array, count: number): number {
  let total = 0
  for (let index = 0; index < count; index++) total += values[index]!
  return total
}
