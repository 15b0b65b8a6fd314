import { exponentialBelow, furthest, stepsPerUnit } from './exponential.ts'
import { largest } from './sampler.ts'

/** The model's own log-probabilities (temperature 1, nothing truncated) over logits [vocabulary]. */
export class LogProbabilities {
  readonly #logits: Float32Array
  readonly #normalizer: number

  constructor(logits: Float32Array) {
    this.#logits = logits
    const best = logits[largest(logits)]!
    let total = 0
    for (let id = 0; id < logits.length; id++) {
      const below = best - logits[id]!
      // what lies further below moves the sum in its thirteenth digit at most
      if (below < furthest) total += exponentialBelow(below * stepsPerUnit)
    }
    this.#normalizer = best + Math.log(total)
  }

  of(id: number): number {
    return this.#logits[id]! - this.#normalizer
  }

  /** The `count` most likely tokens, best first; of equals the lower id comes first. */
  top(count: number): number[] {
    const logits = this.#logits
    const best: number[] = []
    if (count === 0) return best
    let least = -Infinity
    for (let id = 0; id < logits.length; id++) {
      const logit = logits[id]!
      if (best.length === count && !(logit > least)) continue
      let place = best.length
      while (place > 0 && logits[best[place - 1]!]! < logit) place--
      best.splice(place, 0, id)
      if (best.length > count) best.pop()
      least = logits[best.at(-1)!]!
    }
    return best
  }
}
