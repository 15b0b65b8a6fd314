import { ModelError } from '../../model/model-error.ts'
import type { ConfigFields, Family } from './families.ts'

/** Rotary position embedding. */
export interface Rope {
  theta: number
  /** Llama 3's stretching of the long waves; `linear` divides every frequency by the factor. */
  scaling:
    | { type: 'none' }
    | { type: 'linear'; factor: number }
    | { type: 'llama3'; factor: number; lowFrequency: number; highFrequency: number; originalContext: number }
}

/**
 * The rotation of layers that see everything and of those with a window.
 *
 * @throws ModelError naming an unsupported type of scaling
 */
export function readRopes(config: ConfigFields, family: Family): { rope: Rope; localRope: Rope } {
  const parameters = (config.rope_parameters ?? null) as ConfigFields | null
  const scaling = (config.rope_scaling ?? null) as ConfigFields | null
  const theta = optionalNumber(config.rope_theta) ?? family.theta
  if (family.localTheta === null) {
    const rope = readRope(scaling ?? parameters ?? {}, theta)
    return { rope, localRope: rope }
  }
  // transformers 5 has parameters for each kind of layer
  const full = parameters?.full_attention as ConfigFields | undefined
  const local = parameters?.sliding_attention as ConfigFields | undefined
  const localTheta = optionalNumber(config.rope_local_base_freq) ?? family.localTheta
  return { rope: readRope(scaling ?? full ?? {}, theta), localRope: readRope(local ?? {}, localTheta) }
}

function readRope(fields: ConfigFields, givenTheta: number): Rope {
  const theta = optionalNumber(fields.rope_theta) ?? givenTheta
  const type = (fields.rope_type ?? fields.type ?? 'default') as string
  if (!isPositive(theta))
    throw new ModelError(`config.json makes rope_theta ${theta}; a number above 0 is needed`)
  const number = (name: string): number => {
    const value = fields[name]
    if (typeof value !== 'number')
      throw new ModelError(`config.json has no number ${name} for rope type ${type}`)
    if (!isPositive(value))
      throw new ModelError(`config.json makes ${name} ${value}; a number above 0 is needed`)
    return value
  }
  if (type === 'default') return { theta, scaling: { type: 'none' } }
  if (type === 'linear') return { theta, scaling: { type, factor: number('factor') } }
  if (type === 'llama3')
    return {
      theta,
      scaling: {
        type,
        factor: number('factor'),
        lowFrequency: number('low_freq_factor'),
        highFrequency: number('high_freq_factor'),
        originalContext: number('original_max_position_embeddings'),
      },
    }
  throw new ModelError(`rope type ${type} is not supported; default, linear and llama3 are`)
}

const isPositive = (value: number) => value > 0 && Number.isFinite(value)

const optionalNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null)
