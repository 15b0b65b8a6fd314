import type { Rope } from '../checkpoint/rope-config.ts'

/**
 * Tables of cos and sin for positions 0 .. positions - 1, each [positions, headSize / 2].
 *
 * Frequencies and angles are rounded to float32 as the reference does (transformers, modeling_rope_utils):
 * at position 8000 an exact angle would already differ from it by 2e-4.
 *
 * @param length of the vectors that turn: queries and keys come out by this factor longer
 */
export function rotaryTables(
  rope: Rope,
  headSize: number,
  positions: number,
  length = 1,
): { cos: Float32Array; sin: Float32Array } {
  const half = headSize / 2
  const frequencies = Float32Array.from({ length: half }, (_, i) =>
    scaled(rope.theta ** (-(2 * i) / headSize), rope),
  )
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let position = 0; position < positions; position++)
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(position * frequencies[i]!)
      cos[position * half + i] = length * Math.cos(angle)
      sin[position * half + i] = length * Math.sin(angle)
    }
  return { cos, sin }
}

/**
 * Llama 3.1's scaling: waves longer than the original context are stretched by the factor, short ones are kept,
 * those between are blended. https://github.com/meta-llama/llama-models/blob/main/models/llama3/model.py
 */
function scaled(frequency: number, rope: Rope): number {
  const { scaling } = rope
  if (scaling.type === 'none') return frequency
  if (scaling.type === 'linear') return frequency / scaling.factor
  const wave = (2 * Math.PI) / frequency
  if (wave < scaling.originalContext / scaling.highFrequency) return frequency
  if (wave > scaling.originalContext / scaling.lowFrequency) return frequency / scaling.factor
  const blend =
    (scaling.originalContext / wave - scaling.lowFrequency) / (scaling.highFrequency - scaling.lowFrequency)
  return ((1 - blend) * frequency) / scaling.factor + blend * frequency
}
