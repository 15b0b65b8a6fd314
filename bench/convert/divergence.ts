import { logSumExp } from '../../inference-node/convert/reference/measures.ts'
import { argmax } from '../../inference-node/model/decoder-session.ts'

/** Divergence of a model's logits from those of another, accumulated over pieces of a text. */
export class Divergence {
  positions = 0
  #surprise = 0
  #predicted = 0
  #divergence = 0
  #same = 0

  /**
   * @param expected logits [tokens, vocabulary] of the model to be like
   * @param actual of the other
   * @param tokens the piece of text behind whose tokens the logits stand
   */
  add(expected: Float32Array, actual: Float32Array, tokens: readonly number[]): void {
    const vocabulary = actual.length / tokens.length
    for (let position = 0; position < tokens.length; position++) {
      const row = actual.subarray(position * vocabulary, (position + 1) * vocabulary)
      const wanted = expected.subarray(position * vocabulary, (position + 1) * vocabulary)
      const norm = logSumExp(row)
      const wantedNorm = logSumExp(wanted)
      if (position < tokens.length - 1) {
        this.#surprise += norm - row[tokens[position + 1]!]!
        this.#predicted++
      }
      for (let token = 0; token < vocabulary; token++) {
        const logProbability = wanted[token]! - wantedNorm
        this.#divergence += Math.exp(logProbability) * (logProbability - (row[token]! - norm))
      }
      this.#same += argmax(row) === argmax(wanted) ? 1 : 0
      this.positions++
    }
  }

  /** Mean Kullback-Leibler divergence in nats. */
  get divergence(): number {
    return this.#divergence / this.positions
  }

  /** Share of equal most likely tokens. */
  get agreement(): number {
    return this.#same / this.positions
  }

  /** Perplexity, mean Kullback-Leibler divergence in nats and share of equal most likely tokens, as cells of a table. */
  row(): string {
    const perplexity = Math.exp(this.#surprise / this.#predicted)
    return `${perplexity.toFixed(3)} | ${this.divergence.toFixed(5)} | ${(100 * this.agreement).toFixed(2)}%`
  }
}
