import type { LoadedModel } from '../protocol.ts'

type Facts = Pick<
  LoadedModel,
  | 'weightsDigest'
  | 'precision'
  | 'provider'
  | 'runtime'
  | 'slotTokens'
  | 'batchInvariant'
  | 'alignedChunks'
  | 'chunkTokens'
>

/** The settings that an answer may depend on, and how to make the engines equal in them. */
const compared: [string, (model: Facts) => string, string][] = [
  ['weights', ({ weightsDigest }) => weightsDigest, 'the directory changed while they loaded it'],
  ['precision and provider', ({ precision, provider }) => `${precision} on ${provider}`, 'set --provider'],
  ['runtime', ({ runtime }) => runtime, 'set --runtime'],
  ['tokens of a slot', ({ slotTokens }) => String(slotTokens), 'set --slot-tokens to the smaller'],
  [
    'chunks of prompts',
    ({ alignedChunks, chunkTokens }) => (alignedChunks ? String(chunkTokens) : 'of any length'),
    'set --chunk-tokens',
  ],
  [
    'independence of the batch',
    ({ batchInvariant }) => String(batchInvariant),
    'serve each device by a node of its own',
  ],
]

/** Why an answer would depend on which engine made it, in one line; null when it does not. */
export function findDisagreement(models: readonly Facts[]): string | null {
  for (const [name, read, remedy] of compared) {
    const values = [...new Set(models.map(read))]
    if (values.length > 1)
      return `the engines do not serve the same: they differ in ${name} (${values.join(', ')}); ${remedy}`
  }
  return null
}
