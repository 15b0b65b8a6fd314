import { fewestChunkTokens } from '../scheduling/policy.ts'
import { type Runtime, RuntimeError } from './runtime.ts'

export interface SelfTestResult {
  /** Rows that every decode step must cover, so that a sequence alone is computed like one in company. */
  fewestDecodeRows: number
  /** With that many rows: chunks, copies and company change no bit of the logits. */
  batchInvariant: boolean
}

const promptTokens = 24

/**
 * Runs the model a few times on made-up tokens: is what comes out finite, and does it depend on chunks, copies or
 * other rows? Kernels differ in that: some compute a lone row by another path.
 *
 * @throws RuntimeError when the runtime fails or computes something that is not a number
 */
export async function selfTest(runtime: Runtime): Promise<SelfTestResult> {
  const length = Math.min(promptTokens, runtime.rowTokens - 1)
  const prompt = Array.from({ length }, (_, index) => (index * 37 + 11) % runtime.vocabularySize)
  const rows = Math.min(3, runtime.rows)
  const whole = Float32Array.from(await runtime.prefill(0, 0, prompt))
  if (!whole.every(Number.isFinite))
    throw new RuntimeError('the self-test computed logits that are not numbers')

  const cut = length - fewestChunkTokens
  await runtime.prefill(0, 0, prompt.slice(0, cut))
  let invariant = equal(whole, await runtime.prefill(0, cut, prompt.slice(cut)))
  if (runtime.copiesRows)
    for (let row = 1; row < rows; row++) {
      runtime.copyRow(0, row, cut)
      invariant &&= equal(whole, await runtime.prefill(row, cut, prompt.slice(cut)))
    }
  else for (let row = 1; row < rows; row++) invariant &&= equal(whole, await runtime.prefill(row, 0, prompt))

  const decode = async (count: number) => {
    const all = await runtime.decode(0, new Array(count).fill(7), new Array(count).fill(length + 1))
    return all.slice(0, runtime.vocabularySize)
  }
  const most = await decode(rows)
  for (let fewest = 1; fewest <= Math.min(2, rows); fewest++)
    if (equal(most, await decode(fewest))) return { fewestDecodeRows: fewest, batchInvariant: invariant }
  return { fewestDecodeRows: 1, batchInvariant: false }
}

const equal = (a: Float32Array, b: Float32Array) => a.every((value, index) => value === b[index])
