import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDecoderConfig } from '../../../inference-node/convert/checkpoint/decoder-config.ts'
import { checkpoint } from './fixtures.ts'

describe('fields that a config leaves out', () => {
  const config = (name: string) => JSON.parse(readFileSync(join(checkpoint(name), 'config.json'), 'utf8'))

  it("of Gemma 2 have transformers' defaults, and are none where they are null", () => {
    const gemma = config('tiny-gemma2')
    const fields = ['attn_logit_softcapping', 'final_logit_softcapping', 'sliding_window', 'layer_types']
    const without = Object.fromEntries(
      Object.entries(gemma).filter(
        ([name]) => ![...fields, 'rms_norm_eps', 'max_position_embeddings'].includes(name),
      ),
    )
    expect(readDecoderConfig(without)).toMatchObject({
      attentionSoftcap: 50,
      logitSoftcap: 30,
      windows: expect.arrayContaining([4096, null]),
      normEpsilon: 1e-6,
      contextLength: 8192,
    })
    const none = Object.fromEntries(fields.map((name) => [name, null]))
    expect(readDecoderConfig({ ...gemma, ...none })).toMatchObject({
      attentionSoftcap: null,
      logitSoftcap: null,
      windows: new Array(gemma.num_hidden_layers).fill(null),
    })
  })

  it("of Llama have transformers' defaults", () => {
    const { rms_norm_eps: _, max_position_embeddings: __, ...without } = config('tiny-llama')
    expect(readDecoderConfig(without)).toMatchObject({ normEpsilon: 1e-6, contextLength: 2048 })
  })

  it('of the other families are what the models of transformers 4 mean by them', () => {
    const sizes = {
      vocab_size: 64,
      hidden_size: 64,
      intermediate_size: 64,
      num_hidden_layers: 7,
      num_attention_heads: 8,
    }
    const read = (architecture: string, fields: object = {}) =>
      readDecoderConfig({ ...sizes, architectures: [architecture], ...fields })
    const everywhere = new Array(7).fill(null)

    const mistral = { kvHeads: 8, headSize: 8, tiedEmbeddings: false, attentionBias: false }
    expect(read('MistralForCausalLM')).toMatchObject({ ...mistral, windows: new Array(7).fill(4096) })
    expect(read('MistralForCausalLM', { sliding_window: null }).windows).toEqual(everywhere)

    const qwen = { num_key_value_heads: 2, sliding_window: 512, max_window_layers: 5 }
    expect(read('Qwen2ForCausalLM', qwen)).toMatchObject({ attentionBias: true, windows: everywhere })
    expect(read('Qwen2ForCausalLM', { ...qwen, use_sliding_window: true }).windows).toEqual([
      ...everywhere.slice(0, 5),
      512,
      512,
    ])
    expect(read('Qwen3ForCausalLM', qwen)).toMatchObject({
      headNorms: true,
      headSize: 128,
      attentionScale: 128 ** -0.5,
    })

    const gemma = { rope_theta: 2e6, rope_scaling: { rope_type: 'linear', factor: 8 }, sliding_window: 512 }
    expect(read('Gemma3ForCausalLM', gemma)).toMatchObject({
      rope: { theta: 2e6, scaling: { type: 'linear', factor: 8 } },
      localRope: { theta: 10_000, scaling: { type: 'none' } },
      windows: [512, 512, 512, 512, 512, null, 512],
      attentionSoftcap: null,
      logitSoftcap: null,
      tiedEmbeddings: true,
    })
  })

  it.each([
    ['Qwen3ForCausalLM', 'attention_bias'],
    ['Gemma3ForCausalLM', 'use_bidirectional_attention'],
  ])('%s with %s is refused', (architecture, field) => {
    expect(() => readDecoderConfig({ architectures: [architecture], [field]: true })).toThrow(
      `config.json sets ${field}, which is not supported`,
    )
  })
})
