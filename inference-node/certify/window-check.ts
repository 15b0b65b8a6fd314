import type { DecoderConfig } from '../convert/checkpoint/decoder-config.ts'
import { relativeError } from '../convert/reference/measures.ts'
import type { Certificate } from '../model/directory.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

/** Tokens beyond the window, and tokens within it that are exchanged. */
const beyond = 40
/** Allowed effect of an exchange beyond the window, as a share of the effect within it. */
const leak = 0.05

/** Row length that the check takes. */
export const countWindowTokens = ({ windows }: DecoderConfig): number =>
  windows[0] === null || windows[0] === undefined ? 0 : windows[0] + beyond + 2

/**
 * The first layer of the graph itself sees its window and no more, in a prompt and in a step: keys and values of the
 * second layer do not change with tokens that lie beyond the window, and do with tokens within it.
 *
 * @returns the reason where it cannot be checked; null for a model whose first layer sees everything
 */
export async function checkWindow(
  runner: PromptRunner,
  config: DecoderConfig,
): Promise<Check | string | null> {
  const [window] = config.windows
  const name = 'sliding window'
  if (window === null || window === undefined) return null
  const { runtime } = runner
  const length = window + beyond
  if (runtime.layers < 2) return `${name}: the model has one layer`
  if (length + 1 > runner.rowTokens)
    return `${name}: ${length + 1} tokens do not fit a row of ${runner.rowTokens}`
  const prompt = Array.from({ length }, (_, index) => (index * 7919 + 13) % runtime.vocabularySize)
  const exchange = (first: number, end: number) =>
    prompt.map((token, index) =>
      index >= first && index < end ? (token + 101) % runtime.vocabularySize : token,
    )
  // the last token of the prompt sees `window` tokens with itself, the step behind it as many
  const variants = [
    prompt,
    exchange(0, length - window),
    exchange(length - window + 2, length - window + 2 + beyond),
  ]
  const seen: [Float32Array, Float32Array][] = []
  for (const tokens of variants) {
    await runner.fill(0, tokens)
    await runner.step(0, 7, length + 1)
    const [keys, values] = (['key', 'value'] as const).map((part) =>
      runtime.readCache(1, part, 0, length + 1),
    )
    if (!keys || !values) return `${name}: the memory of the device cannot be read`
    const at = (index: number) => pickToken([keys, values], index, length + 1, config)
    seen.push([at(length - 1), at(length)])
  }
  const findings = (['a prompt', 'a step'] as const).map((place, index) => {
    const [outside, inside] = [1, 2].map((variant) => relativeError(seen[variant]![index]!, seen[0]![index]!))
    return { place, passed: inside! > 0 && outside! <= leak * inside!, share: outside! / inside! }
  })
  const broken = findings.find(({ passed }) => !passed)
  return {
    name,
    passed: broken === undefined,
    detail: broken
      ? `${broken.place} of ${length} tokens sees beyond its window of ${window}: by ${broken.share.toPrecision(2)} of what shows within it`
      : `${length} tokens cross the window of ${window} in a prompt and in a step`,
  }
}

/** Keys and values of one token over all heads. */
function pickToken(
  parts: readonly Float32Array[],
  index: number,
  tokens: number,
  { kvHeads, headSize }: DecoderConfig,
): Float32Array {
  const picked = new Float32Array(parts.length * kvHeads * headSize)
  for (const [place, part] of parts.entries())
    for (let head = 0; head < kvHeads; head++)
      picked.set(
        part.subarray((head * tokens + index) * headSize, (head * tokens + index + 1) * headSize),
        (place * kvHeads + head) * headSize,
      )
  return picked
}
