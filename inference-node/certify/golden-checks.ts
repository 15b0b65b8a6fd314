import { type Closeness, compareWithGolden, type Golden } from '../convert/reference/golden.ts'
import { relativeError } from '../convert/reference/measures.ts'
import type { Certificate } from '../model/directory.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

/** Compares with the logits of the unquantized model. */
export async function checkGolden(
  runner: PromptRunner,
  golden: Golden,
  bound: { divergence: number; agreement: number },
): Promise<Check[]> {
  const results: Closeness[] = []
  for (const prompt of golden.prompts)
    results.push(compareWithGolden(prompt, await runner.logits(prompt.tokens), runner.runtime.vocabularySize))
  const total = (of: (result: Closeness) => number) => results.reduce((sum, result) => sum + of(result), 0)
  const positions = total((result) => result.positions)
  const divergence = total((result) => result.divergence * result.positions) / positions
  const decided = total((result) => result.decided)
  const agreed = total((result) => result.agreed)
  return [
    {
      name: 'finite logits',
      passed: results.every((result) => result.finite),
      detail: `${positions} positions`,
    },
    {
      name: 'closeness',
      passed: divergence <= bound.divergence,
      detail: `divergence ${divergence.toPrecision(3)} nats of at most ${bound.divergence}`,
    },
    {
      name: 'agreement',
      passed: agreed >= bound.agreement * decided,
      detail: `${agreed} of ${decided} clearly decided tokens, at least ${100 * bound.agreement}%`,
    },
  ]
}

/** The same without golden logits: half precision overflows to infinity where a model was made for more. */
export async function checkFinite(runner: PromptRunner, prompts: readonly number[][]): Promise<Check> {
  let passed = true
  let positions = 0
  for (const prompt of prompts) {
    passed &&= (await runner.logits(prompt)).every(Number.isFinite)
    positions += prompt.length
  }
  return { name: 'finite logits', passed, detail: `${positions} positions` }
}

/** The cache works: a prompt token by token ends like the prompt as a whole. */
export async function checkPieces(
  runner: PromptRunner,
  prompt: readonly number[],
  bound: number,
): Promise<Check> {
  const error = relativeError(await runner.lastByToken(prompt), await runner.last(prompt))
  return {
    name: 'cache',
    passed: error <= bound,
    detail: `token by token differs by ${error.toPrecision(2)} of at most ${bound}`,
  }
}
