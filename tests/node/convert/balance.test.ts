import fc from 'fast-check'
import { expect, it } from 'vitest'
import { balancedBy, balanceWeights } from '../../../inference-node/convert/weights/balance.ts'

const [hidden, wide] = [3, 5]
const layer = 'model.layers.7'
const numbers = (length: number, least: number) =>
  fc.float32Array({ minLength: length, maxLength: length, min: least, max: 2, noNaN: true })

/** Of each matrix's inputs. */
const balances = fc.record({
  [`${layer}.self_attn.qkv_proj.weight`]: numbers(hidden, 0.25),
  [`${layer}.mlp.gate_proj.weight`]: numbers(hidden, 0.25),
  [`${layer}.mlp.down_proj.weight`]: numbers(wide, 0.25),
})

/** Rows of a tensor times a vector. */
const times = (matrix: Float32Array, vector: readonly number[]) =>
  Array.from({ length: matrix.length / vector.length }, (_, row) =>
    vector.reduce((sum, value, column) => sum + matrix[row * vector.length + column]! * value, 0),
  )

it.each([
  ['Llama', false],
  ['Gemma 2', true],
])('leaves what a layer of %s computes as it was', (_, normsAfter) => {
  const beforeFeedForward = normsAfter ? 'pre_feedforward_layernorm' : 'post_attention_layernorm'
  const shapes: [name: string, rows: number, columns: number][] = [
    ['input_layernorm', hidden, 1],
    [beforeFeedForward, hidden, 1],
    ['self_attn.q_proj', 2, hidden],
    ['self_attn.k_proj', 2, hidden],
    ['self_attn.v_proj', 2, hidden],
    ['mlp.gate_proj', wide, hidden],
    ['mlp.up_proj', wide, hidden],
    ['mlp.down_proj', hidden, wide],
  ]
  const weights = fc.record(
    Object.fromEntries(shapes.map(([name, rows, columns]) => [name, numbers(rows * columns, -2)])),
  )
  fc.assert(
    fc.property(
      weights,
      balances,
      numbers(hidden, -2),
      (tensors, getBalance: Record<string, Float32Array>, input) => {
        const outputs = (of: (name: string) => Float32Array) => {
          const normed = (name: string) => [...input].map((value, index) => value * of(name)[index]!)
          const attention = normed('input_layernorm')
          const forward = normed(beforeFeedForward)
          const up = times(of('mlp.up_proj'), forward)
          const active = times(of('mlp.gate_proj'), forward).map(
            (value, index) => Math.tanh(value) * up[index]!,
          )
          return [
            ...times(of('self_attn.q_proj'), attention),
            ...times(of('self_attn.k_proj'), attention),
            ...times(of('self_attn.v_proj'), attention),
            ...times(of('mlp.down_proj'), active),
          ]
        }
        const balanced = new Map(
          shapes.map(([name, rows, columns]) => {
            const by = balancedBy(`${layer}.${name}.weight`, normsAfter)
            const changed = Float32Array.from(tensors[name]!)
            // in two pieces, as conversion takes large tensors
            const half = Math.floor(rows / 2)
            for (const [first, last] of [
              [0, half],
              [half, rows],
            ] as const)
              balanceWeights(changed.subarray(first * columns, last * columns), columns, first, {
                rows: by.rows === undefined ? undefined : getBalance[by.rows],
                columns: by.columns === undefined ? undefined : getBalance[by.columns],
              })
            return [name, changed]
          }),
        )
        const expected = outputs((name) => tensors[name]!)
        outputs((name) => balanced.get(name)!).forEach((output, index) => {
          expect(Math.abs(output - expected[index]!)).toBeLessThan(1e-3)
        })
      },
    ),
  )
})
