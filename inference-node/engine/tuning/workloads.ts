import type { OpenedRuntime } from '../runtime/open-runtime.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { chunkLength } from '../scheduling/policy.ts'

/** A runtime, and how prompts are cut for it. */
export type Measurable = Pick<OpenedRuntime, 'runtime' | 'alignedChunks' | 'decodeMultiple' | 'chunkTokens'>

/** A sample shorter than this measures the clock. */
const minSampleMs = 60

/** Made-up tokens of a prompt. */
const promptOf = (runtime: Runtime, length: number) =>
  Array.from({ length }, (_, index) => (index * 7919 + 13) % runtime.vocabularySize)

/** Tokens of a prompt that are computed in a second, in chunks of so many. */
export async function measurePrefill(
  { runtime, alignedChunks, decodeMultiple }: Measurable,
  promptTokens: number,
  chunkTokens: number,
): Promise<number> {
  const prompt = promptOf(runtime, promptTokens)
  const rules = { limit: chunkTokens, aligned: alignedChunks, multiple: decodeMultiple }
  return measureRate(promptTokens, async () => {
    for (let at = 0; at < promptTokens; ) {
      const length = chunkLength(promptTokens - at, rules)
      await runtime.prefill(0, at, prompt.slice(at, at + length))
      at += length
    }
  })
}

/** Fills the rows with a prompt, for steps behind it. */
export async function fillRows(opened: Measurable, contextTokens: number): Promise<void> {
  const { runtime, chunkTokens } = opened
  const prompt = promptOf(runtime, contextTokens)
  const fill = async (row: number) => {
    for (let at = 0; at < contextTokens; at += chunkTokens)
      await runtime.prefill(row, at, prompt.slice(at, at + chunkTokens))
  }
  await fill(0)
  for (let row = 1; row < runtime.rows; row++)
    if (runtime.copiesRows) runtime.copyRow(0, row, contextTokens)
    else await fill(row)
}

/** Tokens that steps of so many rows compute in a second. */
export async function measureSteps(
  { runtime }: Pick<Measurable, 'runtime'>,
  contextTokens: number,
  rows: number,
): Promise<number> {
  const tokens = new Array<number>(rows).fill(7)
  const lengths = new Array<number>(rows).fill(contextTokens + 1)
  return measureRate(rows, async () => {
    await runtime.decode(0, tokens, lengths)
  })
}

/** Repeats some work until the sample is long enough; returns its units a second. */
async function measureRate(units: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  let done = 0
  let elapsed = 0
  while (elapsed < minSampleMs) {
    await work()
    done += units
    elapsed = performance.now() - startedAt
  }
  return (done * 1000) / elapsed
}
