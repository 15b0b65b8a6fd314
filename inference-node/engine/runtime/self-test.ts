import { isBestOf } from '../../model/best-logits.ts'
import { chunkLength } from '../scheduling/policy.ts'
import { type Provider, type Runtime, RuntimeError } from './runtime.ts'

/** Rules under which an answer does not depend on the other requests of its batch. */
export interface SelfTestResult {
  /**
   * The rows of a decode step and the tokens of a chunk must be a multiple of this: kernels that take two at a time
   * treat an odd one otherwise.
   */
  decodeMultiple: number
  /** The length of a chunk shows in the results, so prompts must all be cut in the same places. */
  alignedChunks: boolean
  /** Heeding both, other rows change no bit of the logits. */
  batchInvariant: boolean
}

/** Enough for kernels that treat 16, 32 or 64 tokens at a time to show how they treat the rest. */
const promptTokens = 70
/** An odd row can come out the same by chance: with a small model one in three did. */
const decodeProbes = 6
/**
 * Rounding may change logits by this share; more is a kernel that computes something else. Where activations are
 * rounded to int8, as on the CPU alone, a last bit can become a whole step: 0.8% was seen for a model of 1B.
 */
const tolerance: Record<Provider, number> = { cpu: 5e-2, webgpu: 5e-3, cuda: 5e-3 }
/** Cuts that the scheduler may make: they leave no token alone. Odd ones tear pairs apart, which need not show each time. */
const cuts = [2, 7, 31, 45, 48]

/**
 * Runs the model a few times on made-up tokens: is what comes out finite, and does it depend on chunks, copies or
 * other rows?
 *
 * @param chunkTokens most tokens of one prefill call
 * @throws InconsistentChunks when a prompt computed in chunks comes out otherwise than as a whole
 * @throws RuntimeError when the runtime fails or computes something that is not a number
 */
export async function selfTest(runtime: Runtime, chunkTokens: number): Promise<SelfTestResult> {
  const length = chunkLength(Math.min(promptTokens, runtime.rowTokens - 1), {
    limit: chunkTokens,
    aligned: false,
    multiple: 1,
  })
  const prompt = Array.from({ length }, (_, index) => (index * 37 + 11) % runtime.vocabularySize)
  prompt[0] = runtime.vocabularySize - 1 // an embedding that is smaller than the logits fails here and not later
  const logitsBehind = async () => {
    const [row] = await runtime.decode(0, [7], [length + 1])
    return row!.all().slice()
  }
  await runtime.prefill(0, 0, prompt)
  const whole = await logitsBehind()
  if (!whole.every(Number.isFinite))
    throw new RuntimeError('the self-test computed logits that are not numbers')

  const shownCuts: number[] = []
  for (const cut of cuts.filter((tokens) => tokens < length - 1)) {
    await runtime.prefill(0, 0, prompt.slice(0, cut))
    await runtime.prefill(0, cut, prompt.slice(cut))
    const chunked = await logitsBehind()
    if (relativeDifference(chunked, whole) > tolerance[runtime.provider]) throw new InconsistentChunks(length)
    if (!equal(whole, chunked)) shownCuts.push(cut)
  }

  await runtime.prefill(0, 0, prompt)
  const rows = Math.min(4, runtime.rows)
  for (let row = 1; row < rows; row++)
    if (runtime.copiesRows) runtime.copyRow(0, row, length)
    else await runtime.prefill(row, 0, prompt)
  const decode = async (tokens: readonly number[]) => {
    const logits = await runtime.decode(0, tokens, new Array(tokens.length).fill(length + 1))
    for (const { best, all } of logits)
      if (best && !isBestOf(best, all()))
        throw new RuntimeError('the self-test computed best logits that are not those of the row')
    return logits.map(({ all }) => all().slice())
  }
  const [first, ...others] = await decode(new Array(rows).fill(7))
  const rowsAgree = others.every((logits) => equal(first!, logits))
  for (const decodeMultiple of [1, 2])
    if (runtime.rows % decodeMultiple === 0 && (await agree(decodeMultiple)))
      return { decodeMultiple, alignedChunks: showsCut(decodeMultiple), batchInvariant: rowsAgree }
  return { decodeMultiple: 1, alignedChunks: showsCut(1), batchInvariant: false }

  /** Returns whether a cut that the scheduler may make shows. */
  function showsCut(multiple: number): boolean {
    return shownCuts.some((cut) => cut % multiple === 0)
  }

  /** Returns whether steps of such numbers of rows compute each row as a step of all rows does. */
  async function agree(decodeMultiple: number): Promise<boolean> {
    for (let probe = 0; probe < decodeProbes; probe++) {
      const tokens = Array.from(
        { length: rows },
        (_, row) => (7 + 131 * probe + 37 * row) % runtime.vocabularySize,
      )
      const together = await decode(tokens)
      for (let count = decodeMultiple; count < rows; count += decodeMultiple) {
        const fewer = await decode(tokens.slice(0, count))
        if (!fewer.every((logits, row) => equal(logits, together[row]!))) return false
      }
    }
    return true
  }
}

/** Seen with WebGPU: attention over 32 or more new tokens gave other results than over fewer. */
export class InconsistentChunks extends RuntimeError {
  constructor(tokens: number) {
    super(`the self-test computed a prompt of ${tokens} tokens otherwise in chunks than as a whole`)
  }
}

function relativeDifference(actual: Float32Array, expected: Float32Array): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2
    size += expected[i]! ** 2
  }
  return Math.sqrt(difference / size)
}

const equal = (a: Float32Array, b: Float32Array) => a.every((value, index) => value === b[index])
