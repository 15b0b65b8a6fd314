import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import { loadTokenizer, type Tokenizer } from '../../model/tokenizer.ts'
import { logSumExp } from './measures.ts'

/** Logits of the unquantized model for a few prompts, stored with the converted one for `certify`. */
export interface Golden {
  prompts: GoldenPrompt[]
}

export interface GoldenPrompt {
  tokens: number[]
  /** For each token of the prompt: the likeliest next ones, most likely first. */
  positions: { tokens: number[]; logProbabilities: number[] }[]
}

export const goldenName = 'golden.json'

/** Next tokens kept per position. */
const kept = 16
/** Longest prompt: running it through the whole checkpoint is what writing golden logits costs. */
const maxPromptTokens = 64

/**
 * The prompts: a judge's conversation and ratings, in the model's own tokens; made-up tokens for a model without
 * a tokenizer.
 *
 * @param contextLength most tokens of a prompt
 */
export async function goldenPrompts(
  directory: string,
  vocabularySize: number,
  contextLength: number,
): Promise<number[][]> {
  const longest = Math.min(maxPromptTokens, contextLength)
  const prompts = existsSync(join(directory, 'tokenizer.json'))
    ? judgePrompts(await loadTokenizer(directory, vocabularySize))
    : []
  const usable = prompts.map((prompt) => prompt.slice(-longest)).filter((prompt) => prompt.length > 1)
  if (usable.length > 0) return usable
  return [Array.from({ length: longest }, (_, index) => (index * 7919 + 13) % vocabularySize)]
}

function judgePrompts(tokenizer: Tokenizer): number[][] {
  const plain = tokenizer.encode('평가: 답변은 정확하고 간결합니다. 0 1 2 3 4 5 6 7 8 9 10 Rating: [[8]]')
  if (!tokenizer.hasChatTemplate) return [plain]
  const content =
    '질문과 답변을 읽고 1점에서 10점 사이로 평가하세요.\n[질문]\n물은 몇 도에서 끓나요?\n[답변]\n100도입니다.'
  return [tokenizer.encodeChat([{ role: 'user', content }]).tokens, plain]
}

/** @param logits for each prompt [tokens, vocabulary] */
export function summarizeGolden(
  prompts: readonly number[][],
  logits: readonly Float32Array[],
  vocabularySize: number,
): Golden {
  return {
    prompts: prompts.map((tokens, index) => ({
      tokens,
      positions: tokens.map((_, position) => {
        const row = logits[index]!.subarray(position * vocabularySize, (position + 1) * vocabularySize)
        const norm = logSumExp(row)
        const likeliest = [...likeliestTokens(row, kept)]
        return {
          tokens: likeliest,
          logProbabilities: likeliest.map((token) => Number((row[token]! - norm).toFixed(5))),
        }
      }),
    })),
  }
}

/** @returns null when the directory has none */
export async function readGolden(directory: string): Promise<Golden | null> {
  const path = join(directory, goldenName)
  if (!existsSync(path)) return null
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Golden
  } catch {
    throw new ModelError(`${path} is not valid JSON`)
  }
}

/** Divergence of a model's logits from golden ones. */
export interface Closeness {
  positions: number
  finite: boolean
  /**
   * Mean Kullback-Leibler divergence from the golden distribution, in nats; the tokens that are not kept count as
   * one.
   */
  divergence: number
  /** Positions where the golden model clearly prefers one token, and how many of those agree on it. */
  decided: number
  agreed: number
}

/** A golden model prefers a token clearly when the second is less than half as likely. */
const clearLead = Math.log(2)

export function compareWithGolden(
  prompt: GoldenPrompt,
  logits: Float32Array,
  vocabularySize: number,
): Closeness {
  const result: Closeness = { positions: 0, finite: true, divergence: 0, decided: 0, agreed: 0 }
  for (const [position, { tokens, logProbabilities }] of prompt.positions.entries()) {
    const row = logits.subarray(position * vocabularySize, (position + 1) * vocabularySize)
    if (!row.every(Number.isFinite)) result.finite = false
    result.positions++
    result.divergence += divergence(row, tokens, logProbabilities)
    if (logProbabilities[0]! - (logProbabilities[1] ?? Number.NEGATIVE_INFINITY) < clearLead) continue
    result.decided++
    if ([...likeliestTokens(row, 1)][0] === tokens[0]) result.agreed++
  }
  result.divergence /= result.positions
  return result
}

function divergence(
  row: Float32Array,
  tokens: readonly number[],
  logProbabilities: readonly number[],
): number {
  const norm = logSumExp(row)
  let sum = 0
  let rest = 1
  let actualRest = 1
  for (const [index, token] of tokens.entries()) {
    const probability = Math.exp(logProbabilities[index]!)
    const actual = row[token]! - norm
    sum += probability * (logProbabilities[index]! - actual)
    rest -= probability
    actualRest -= Math.exp(actual)
  }
  if (rest > 1e-6) sum += rest * Math.log(rest / Math.max(actualRest, 1e-12))
  return sum
}

function* likeliestTokens(row: Float32Array, count: number): Generator<number> {
  const best: number[] = []
  for (let token = 0; token < row.length; token++) {
    if (best.length === count && row[token]! <= row[best.at(-1)!]!) continue
    let place = best.length
    while (place > 0 && row[best[place - 1]!]! < row[token]!) place--
    best.splice(place, 0, token)
    if (best.length > count) best.pop()
  }
  yield* best
}
