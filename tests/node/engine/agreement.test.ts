import { describe, expect, it } from 'vitest'
import { findDisagreement } from '../../../inference-node/engine/process/engine-agreement.ts'

const model = {
  weightsDigest: 'one',
  precision: 'int4',
  provider: 'cuda' as const,
  runtime: 'io-binding' as const,
  slotTokens: 8192,
  batchInvariant: true,
  alignedChunks: false,
  chunkTokens: 512,
}

describe('engines behind one queue', () => {
  it('may stand for each other when answers cannot tell them apart', () => {
    expect(findDisagreement([model])).toBeNull()
    expect(findDisagreement([model, { ...model }, { ...model }])).toBeNull()
    // tuned apart, where chunks do not show
    expect(findDisagreement([model, { ...model, chunkTokens: 256 }])).toBeNull()
  })

  it.each([
    [{ weightsDigest: 'two' }, 'weights (one, two)'],
    [{ provider: 'cpu' as const }, 'precision and provider (int4 on cuda, int4 on cpu)'],
    [{ runtime: 'binding' as const }, 'runtime (io-binding, binding)'],
    // a card with less memory: answers would be cut at another length
    [{ slotTokens: 4096 }, 'tokens of a slot (8192, 4096); set --slot-tokens to the smaller'],
    [{ alignedChunks: true, chunkTokens: 256 }, 'chunks of prompts (of any length, 256); set --chunk-tokens'],
    [{ batchInvariant: false }, 'independence of the batch (true, false)'],
  ])('are refused when they differ by %j', (difference, text) => {
    expect(findDisagreement([model, model, { ...model, ...difference }])).toContain(text)
  })
})
