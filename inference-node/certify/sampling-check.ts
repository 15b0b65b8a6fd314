import { Sampler } from '../engine/sampling/sampler.ts'
import { type BestLogits, isBestOf } from '../model/best-logits.ts'
import type { Certificate } from '../model/directory.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

/** Settings that a draw from the best logits has to agree in with one from the whole row. */
const settings = [
  { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
  { temperature: 0.7, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
  { temperature: 1, topP: 0.9, topK: 40, minP: 0, repetitionPenalty: 1 },
  { temperature: 1.5, topP: 1, topK: 0, minP: 0.05, repetitionPenalty: 1 },
]
const draws = [0, 0.1, 0.35, 0.6, 0.85, 0.99]

/**
 * The best logits and the sum that the graph gives of each row are those of the whole row, and lead to the same tokens.
 * Null for a graph that gives whole rows only.
 */
export async function checkSamplingOutputs(
  runner: PromptRunner,
  prompt: readonly number[],
): Promise<Check | null> {
  const name = 'sampling outputs'
  const rows: { logits: Float32Array; best: BestLogits | null }[] = []
  await runner.logits(prompt, (step) => rows.push(step))
  if (rows.every(({ best }) => best === null)) return null
  const sampler = new Sampler(runner.runtime.vocabularySize)
  for (const [index, { logits, best }] of rows.entries()) {
    if (!logits.every(Number.isFinite)) continue // another check's finding
    if (best === null || !isBestOf(best, logits))
      return { name, passed: false, detail: `the best logits of row ${index} are not those of the whole row` }
    for (const parameters of settings)
      for (const random of draws) {
        const drawn = sampler.sampleBest(best, parameters, random)
        if (drawn !== null && drawn !== sampler.sample(logits, parameters, random))
          return {
            name,
            passed: false,
            detail: `a draw from the best logits of row ${index} gives another token`,
          }
      }
  }
  return { name, passed: true, detail: `${rows.length} rows give the tokens that whole rows give` }
}
