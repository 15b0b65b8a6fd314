import { largest } from './sampler.ts'

/** The model's own log-probabilities (temperature 1, nothing truncated) over logits [vocabulary]. */
export class LogProbabilities {
  readonly #logits: Float32Array
  readonly #normalizer: number

  constructor(logits: Float32Array) {
    this.#logits = logits
    const best = logits[largest(logits)]!
    let total = 0
    for (let id = 0; id < logits.length; id++) total += Math.exp(logits[id]! - best)
    this.#normalizer = best + Math.log(total)
  }

  of(id: number): number {
    return this.#logits[id]! - this.#normalizer
  }

  /** The `count` most likely tokens, best first; of equals the lower id comes first. */
  top(count: number): number[] {
    const logits = this.#logits
    const best: number[] = []
    for (let id = 0; id < logits.length && count > 0; id++) {
      if (best.length === count && !(logits[id]! > logits[best[count - 1]!]!)) continue
      let place = best.length
      while (place > 0 && logits[best[place - 1]!]! < logits[id]!) place--
      best.splice(place, 0, id)
      if (best.length > count) best.pop()
    }
    return best
  }
}
