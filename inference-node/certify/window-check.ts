import type { DecoderConfig } from '../convert/checkpoint/decoder-config.ts'
import { relativeError } from '../convert/reference/measures.ts'
import type { Certificate } from '../model/directory.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

const name = 'sliding window'
/** Tokens of the prompt beyond the largest window. */
const beyond = 40
/** Tokens of the chunk that is computed again with other keys and values before it. */
const chunk = 20
/** Allowed effect of keys and values beyond the window, as a share of the effect of those within it. */
const leak = 0.01

/** Row length that the check takes; 0 for a model without windows. */
export const countWindowTokens = ({ windows }: DecoderConfig): number => {
  const window = findLargest(windows)
  return window === null ? 0 : window + beyond + 2
}

/**
 * Every layer of the graph itself sees its window and no more, in a prompt and in a step. In one layer after the other
 * the first keys and values are replaced by those of another prompt: up to where the window begins the logits stay what
 * they were, and a few tokens further they change. A layer without a window sees all tokens.
 *
 * @returns the reason where it cannot be checked; null for a model without windows
 */
export async function checkWindow(
  runner: PromptRunner,
  { windows }: DecoderConfig,
): Promise<Check | string | null> {
  const largest = findLargest(windows)
  if (largest === null) return null
  const { runtime } = runner
  const length = largest + beyond
  if (length + 1 > runner.rowTokens)
    return `${name}: ${length + 1} tokens do not fit a row of ${runner.rowTokens}`
  if (!runtime.copiesRows || runtime.rows < 2) return `${name}: rows are not copied on ${runtime.provider}`
  const layers = new LayerProbe(runner, length)
  await layers.fill()
  for (const [layer, window] of windows.entries()) {
    const problem = window === null ? await layers.findMissing(layer) : await layers.findLeak(layer, window)
    if (problem !== null) return { name, passed: false, detail: `layer ${layer} ${problem}` }
  }
  const count = windows.filter((window) => window !== null).length
  return {
    name,
    passed: true,
    detail: `${length} tokens cross the window of ${largest} in a prompt and in a step, in ${count} ${count === 1 ? 'layer' : 'layers'}`,
  }
}

const findLargest = (windows: readonly (number | null)[]): number | null => {
  const sizes = windows.filter((window) => window !== null)
  return sizes.length === 0 ? null : Math.max(...sizes)
}

/** A row whose keys and values are replaced, layer by layer, by those of another prompt in the next row. */
class LayerProbe {
  readonly #runner: PromptRunner
  readonly #prompts: readonly (readonly number[])[]
  readonly #length: number

  constructor(runner: PromptRunner, length: number) {
    this.#runner = runner
    this.#length = length
    this.#prompts = [7919, 6577].map((stride) =>
      Array.from({ length }, (_, index) => (index * stride + 13) % runner.runtime.vocabularySize),
    )
  }

  async fill(): Promise<void> {
    for (const [row, prompt] of this.#prompts.entries()) await this.#runner.fill(row, prompt)
  }

  /** Describes a layer that attends beyond its window, or not to all of it; null when it attends to exactly its window. */
  async findLeak(layer: number, window: number): Promise<string | null> {
    const beforeChunk = this.#length - chunk - window + 1
    const beforeStep = this.#length - window + 1
    // what a prompt's last layer attends to goes into no cache, so nothing depends on it
    if (layer < this.#runner.runtime.layers - 1) {
      const places = { outside: beforeChunk, inside: beforeStep } // seen by tokens of the chunk, not by the step
      const problem = await this.#compare(layer, places, () => this.#chunkAndStep())
      if (problem !== null) return `${problem} its window of ${window} in a prompt of ${this.#length} tokens`
    }
    const places = { outside: beforeStep, inside: beforeStep + Math.min(window - 1, beyond) }
    const problem = await this.#compare(layer, places, () => this.#step())
    return problem === null ? null : `${problem} its window of ${window} in a step`
  }

  /** Returns true if a layer that should attend to everything has a window. */
  async findMissing(layer: number): Promise<string | null> {
    const before = await this.#step()
    this.#replace(layer, beyond)
    return relativeError(await this.#step(), before) > 0
      ? null
      : `has no window, but does not see the first of ${this.#length} tokens`
  }

  async #compare(
    layer: number,
    { outside, inside }: { outside: number; inside: number },
    compute: () => Promise<Float32Array>,
  ): Promise<string | null> {
    const before = await compute()
    this.#replace(layer, outside)
    const leaked = relativeError(await compute(), before)
    this.#replace(layer, inside)
    const seen = relativeError(await compute(), before)
    if (!(seen > 0)) return 'sees nothing within'
    if (leaked <= leak * seen) return null
    return `sees, by ${(leaked / seen).toPrecision(2)} of what shows within, beyond`
  }

  #replace(layer: number, tokens: number): void {
    this.#runner.runtime.copyLayer(layer, 1, 0, tokens)
  }

  async #chunkAndStep(): Promise<Float32Array> {
    await this.#runner.fill(0, this.#prompts[0]!, this.#length - chunk)
    return this.#step()
  }

  async #step(): Promise<Float32Array> {
    return (await this.#runner.step(0, 7, this.#length + 1)).logits
  }
}
