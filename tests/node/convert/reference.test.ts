import { describe, expect, it } from 'vitest'
import { readDecoderConfig } from '../../../inference-node/convert/checkpoint/decoder-config.ts'
import { openCheckpoint } from '../../../inference-node/convert/checkpoint/open-checkpoint.ts'
import { TensorReader } from '../../../inference-node/convert/checkpoint/tensor-reader.ts'
import { runReference } from '../../../inference-node/convert/reference/reference-run.ts'
import { checkpoint, reference, worstPosition } from './fixtures.ts'

describe('the layer by layer run', () => {
  it.each(['tiny-llama', 'tiny-llama-untied', 'tiny-gemma2'])(
    'gives the logits of transformers for %s',
    async (name) => {
      const source = await openCheckpoint(checkpoint(name))
      const config = readDecoderConfig(source.config)
      const { prompts, logits } = reference(name)
      for (const [index, actual] of (await runReference(source, config, { asked: prompts })).logits.entries())
        expect(worstPosition(actual, logits[index]!, config.vocabularySize)).toBeLessThan(1e-5)
    },
  )
})

describe('the layer by layer run, watched,', () => {
  it('sees how the inputs of a matrix vary', async () => {
    const source = await openCheckpoint(checkpoint('tiny-llama'))
    const config = readDecoderConfig(source.config)
    const columns = config.hiddenSize
    const prompt = [5, 17, 300, 42, 17]
    const { factors, squares } = await runReference(source, config, {
      asked: [],
      watched: [prompt.slice(0, 2), prompt],
      maxGroupSize: 1024,
    })
    // What goes into the first matrix: the embedded tokens, normalized.
    const reader = new TensorReader(source, () => {})
    const norm = new Float32Array(columns)
    await reader.whole('model.layers.0.input_layernorm.weight', [columns], norm)
    const expected = new Float64Array(columns * columns)
    const row = new Float32Array(columns)
    for (const token of [...prompt.slice(0, 2), ...prompt]) {
      await reader.rows('model.embed_tokens.weight', config.vocabularySize, columns, token, row)
      const size = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / columns + config.normEpsilon)
      const input = row.map((x, i) => (x / size) * norm[i]!)
      for (let i = 0; i < columns; i++)
        for (let j = 0; j < columns; j++) expected[i * columns + j]! += input[i]! * input[j]!
    }
    let mean = 0
    for (let i = 0; i < columns; i++) mean += expected[i * columns + i]! / columns
    const summed = squares.get('model.layers.0.self_attn.qkv_proj.weight')!
    for (let i = 0; i < columns; i++)
      expect(summed[i]).toBeCloseTo(expected[i * columns + i]! + 0.1 * mean, 4)
    for (let i = 0; i < columns; i++) expected[i * columns + i]! += 0.2 * mean

    const { order, triangles } = factors.get('model.layers.0.self_attn.qkv_proj.weight')!
    expect([...order.subarray(0, columns)].sort((a, b) => a - b)).toEqual([...Array(columns).keys()])
    // H = V D V^T, from the last column to the first: D is what the columns behind leave of the diagonal.
    const at = (i: number, j: number) => (i === j ? 1 : triangles[(j * (j - 1)) / 2 + i]!)
    const diagonal: number[] = []
    const addUpBehind = (i: number, j: number) => {
      let sum = 0
      for (let k = j + 1; k < columns; k++) sum += at(i, k) * diagonal[k]! * at(j, k)
      return sum
    }
    const product = (i: number, j: number) => expected[order[i]! * columns + order[j]!]!
    for (let j = columns - 1; j >= 0; j--) {
      diagonal[j] = product(j, j) - addUpBehind(j, j)
      expect(diagonal[j]).toBeGreaterThan(0)
      for (let i = 0; i < j; i++)
        expect(at(i, j) * diagonal[j]! + addUpBehind(i, j)).toBeCloseTo(product(i, j), 2)
    }
    expect(factors.size).toBe(config.layers * 5)
  })
})
