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

/** Chooses tokens from logits; one sampler serves all sequences, its scratch space is reused. */
export class Sampler {
  readonly #ids: Int32Array
  readonly #weights: Float64Array

  constructor(vocabularySize: number) {
    this.#ids = new Int32Array(vocabularySize)
    this.#weights = new Float64Array(vocabularySize)
  }

  /**
   * @param logits [vocabulary], left as they are
   * @param random uniform in [0, 1): the choice depends on it alone
   */
  sample(logits: Float32Array, parameters: SamplingParameters, random: number): number {
    if (parameters.temperature === 0) return largest(logits)
    const count = this.#truncate(this.#gather(logits, parameters), parameters)
    return this.#draw(count, random)
  }

  /** Collects the tokens worth considering, with weights relative to the best; returns how many. */
  #gather(logits: Float32Array, { temperature, minP }: SamplingParameters): number {
    const ids = this.#ids
    const weights = this.#weights
    const best = logits[largest(logits)]!
    const reach = minP > 0 ? Math.min(negligible, -Math.log(minP)) : negligible
    const least = best - reach * temperature
    let count = 0
    for (let id = 0; id < logits.length; id++) {
      const logit = logits[id]!
      if (logit < least) continue
      ids[count] = id
      weights[count] = Math.exp((logit - best) / temperature)
      count++
    }
    return count
  }

  /** Moves the tokens that top-k and top-p keep to the front; returns how many. */
  #truncate(count: number, { topK, topP }: SamplingParameters): number {
    const byRank = topK > 0 && topK < count
    if (!byRank && topP >= 1) return count
    const ids = this.#ids
    const weights = this.#weights
    const order = this.#plausible(count, byRank ? 1 : topP)
    order.sort((a, b) => weights[b]! - weights[a]! || ids[a]! - ids[b]!)
    const ranked = order.slice(0, byRank ? topK : order.length)
    const kept = ranked.map((index) => [ids[index]!, weights[index]!] as const)
    // top-p counts against what top-k left; without top-k also against what was set aside as implausible
    const total = byRank ? sum(kept.map(([, weight]) => weight)) : sum(weights.subarray(0, count))
    let reached = 0
    let length = 0
    while (length < kept.length && (length === 0 || reached < topP * total)) {
      const [id, weight] = kept[length]!
      ids[length] = id
      weights[length] = weight
      reached += weight
      length++
    }
    return length
  }

  /**
   * Indices of the tokens that can be inside the nucleus: those each less likely than (1 - topP) / count sum to
   * less than 1 - topP, so the nucleus is complete before them. It leaves little to sort.
   */
  #plausible(count: number, topP: number): number[] {
    const weights = this.#weights
    const least = topP < 1 ? ((1 - topP) / count) * sum(weights.subarray(0, count)) : 0
    const indices: number[] = []
    for (let index = 0; index < count; index++) if (weights[index]! >= least) indices.push(index)
    return indices
  }

  #draw(count: number, random: number): number {
    const weights = this.#weights
    const target = random * sum(weights.subarray(0, count))
    let reached = 0
    for (let index = 0; index < count; index++) {
      reached += weights[index]!
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

function sum(values: ArrayLike<number>): number {
  let total = 0
  for (let index = 0; index < values.length; index++) total += values[index]!
  return total
}
