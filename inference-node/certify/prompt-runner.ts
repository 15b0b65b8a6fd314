import type { Runtime } from '../engine/runtime/runtime.ts'
import { type ChunkRules, chunkLength } from '../engine/scheduling/policy.ts'
import type { BestLogits } from '../model/best-logits.ts'
import { argmax } from '../model/decoder-session.ts'

/** Runs prompts as the engine does: in chunks, and the last token as a step of its own. */
export class PromptRunner {
  readonly runtime: Runtime
  readonly rowTokens: number
  readonly chunks: ChunkRules

  constructor(runtime: Runtime, chunks: ChunkRules) {
    this.runtime = runtime
    this.rowTokens = runtime.rowTokens
    this.chunks = chunks
  }

  /** Computes the tokens behind the first `start` of them, which are in the row. */
  async fill(row: number, tokens: readonly number[], start = 0): Promise<void> {
    for (let at = start; at < tokens.length; ) {
      const length = chunkLength(tokens.length - at, this.chunks)
      await this.runtime.prefill(row, at, tokens.slice(at, at + length))
      at += length
    }
  }

  /** A step of one row, which puts a token behind the first `length - 1` of it. */
  async step(
    row: number,
    token: number,
    length: number,
  ): Promise<{ logits: Float32Array; best: BestLogits | null }> {
    const [result] = await this.runtime.decode(row, [token], [length])
    const best = result!.best && {
      ...result!.best,
      values: result!.best.values.slice(),
      ids: result!.best.ids.slice(),
    }
    return { logits: result!.all().slice(), best }
  }

  /** The logits behind a prompt. */
  async last(tokens: readonly number[], row = 0): Promise<Float32Array> {
    await this.fill(row, tokens.slice(0, -1))
    return (await this.step(row, tokens.at(-1)!, tokens.length)).logits
  }

  /** The same, each token as a step of its own. */
  async lastByToken(tokens: readonly number[]): Promise<Float32Array> {
    let logits = new Float32Array()
    for (const [index, token] of tokens.entries())
      logits = (await this.step(0, token, index + 1)).logits as typeof logits
    return logits
  }

  /**
   * The logits behind each token of a prompt, [tokens, vocabulary]: from its end to its beginning, so that every step
   * has nothing but the prompt's own keys and values before it.
   */
  async logits(
    tokens: readonly number[],
    onStep: (step: { logits: Float32Array; best: BestLogits | null }) => void = () => {},
  ): Promise<Float32Array> {
    const { vocabularySize } = this.runtime
    const all = new Float32Array(tokens.length * vocabularySize)
    await this.fill(0, tokens.slice(0, -1))
    for (let index = tokens.length - 1; index >= 0; index--) {
      const step = await this.step(0, tokens[index]!, index + 1)
      onStep(step)
      all.set(step.logits, index * vocabularySize)
    }
    return all
  }

  /**
   * The most likely continuation, token by token.
   *
   * @param isLast whether it ends with a token; else it has `count` tokens
   */
  async greedy(
    prompt: readonly number[],
    count: number,
    isLast: (token: number) => boolean = () => false,
  ): Promise<number[]> {
    await this.fill(0, prompt.slice(0, -1))
    const answer: number[] = []
    for (let token = prompt.at(-1)!; answer.length < count; token = answer.at(-1)!) {
      answer.push(argmax((await this.step(0, token, prompt.length + answer.length)).logits))
      if (isLast(answer.at(-1)!)) break
    }
    return answer
  }
}
