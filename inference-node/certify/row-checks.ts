import { relativeError } from '../convert/reference/measures.ts'
import type { Certificate } from '../model/directory.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

/** Lengths of prompts beside each other: below and above the tiles in which kernels take tokens. */
const raggedLengths = [20, 70, 9, 43]
const made = (length: number, seed: number, vocabularySize: number) =>
  Array.from({ length }, (_, index) => (index * 7919 + seed * 104_729 + index * index * 31) % vocabularySize)

/**
 * Rows of a step do not disturb each other: each is computed as alone, also when others are idle, which keep what they
 * hold.
 *
 * @returns the reason where it cannot be checked
 */
export async function checkBatchRows(runner: PromptRunner, bound: number): Promise<Check | string> {
  const name = 'batch rows'
  const { runtime } = runner
  const rows = Math.min(raggedLengths.length, runtime.rows)
  if (rows < 2) return `${name}: this provider computes one row at a time`
  const prompts = raggedLengths
    .slice(0, rows)
    .map((length, seed) => made(length, seed, runtime.vocabularySize))
  const tokens = prompts.map((_, row) => (5 + 37 * row) % runtime.vocabularySize)
  const lengths = prompts.map(({ length }) => length + 1)
  const alone: Float32Array[] = []
  for (const [row, prompt] of prompts.entries()) {
    await runner.fill(row, prompt)
    alone.push((await runner.step(row, tokens[row]!, lengths[row]!)).logits)
  }
  const together = async (given: (number | null)[]) =>
    (await runtime.decode(0, given, lengths)).map(({ all }) => all().slice())
  const errors: number[] = []
  for (const idle of [null, 0, rows - 1, null]) {
    const given = tokens.map((token, row) => (row === idle ? null : token))
    for (const [row, logits] of (await together(given)).entries())
      if (row !== idle) errors.push(relativeError(logits, alone[row]!))
  }
  const error = maxOf(errors)
  return {
    name,
    passed: error <= bound,
    detail: `${rows} rows together differ from each alone by ${error.toPrecision(2)} of at most ${bound}`,
  }
}

/**
 * A prefix that is copied to another row is the prefix: its keys and values are the same bytes, and what is computed
 * behind it is what is computed behind the prefix itself.
 *
 * @returns the reason where it cannot be checked
 */
export async function checkRowCopies(runner: PromptRunner, bound: number): Promise<Check | string> {
  const name = 'row copies'
  const { runtime } = runner
  if (!runtime.copiesRows || runtime.rows < 2) return `${name}: this provider does not copy rows`
  const last = runtime.rows - 1
  const length = Math.min(96, runner.rowTokens - 1)
  const cut = Math.floor(length / 64) * 32 || Math.floor(length / 2)
  const prompt = made(length, 1, runtime.vocabularySize)
  const other = made(length, 2, runtime.vocabularySize)
  const errors: number[] = []
  for (const [from, to] of [
    [0, last],
    [last, 0],
  ] as const) {
    // as the engine cuts it when the prefix was computed before
    const behind = async (row: number) => {
      await runner.fill(row, prompt, cut)
      return (await runner.step(row, 7, length + 1)).logits
    }
    await runner.fill(from, prompt.slice(0, cut))
    const expected = await behind(from)
    await runner.fill(to, other)
    runtime.copyRow(from, to, cut)
    for (let layer = 0; layer < runtime.layers; layer++)
      for (const part of ['key', 'value'] as const) {
        const [source, copy] = [from, to].map((row) => runtime.readCache(layer, part, row, cut))
        if (source && copy && !source.every((value, index) => Object.is(value, copy[index])))
          return {
            name,
            passed: false,
            detail: `${part}s of layer ${layer} differ from those that were copied`,
          }
      }
    errors.push(relativeError(await behind(to), expected))
  }
  const error = maxOf(errors)
  return {
    name,
    passed: error <= bound,
    detail: `what follows a copied prefix of ${cut} tokens differs by ${error.toPrecision(2)} of at most ${bound}`,
  }
}

/** NaN when one is. */
const maxOf = (values: readonly number[]) => values.reduce((most, value) => (value <= most ? most : value), 0)
