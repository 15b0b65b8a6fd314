import { ModelError } from './model-error.ts'

/** Maximum accepted sizes: several times those of the largest published models. */
const maxSizes: Record<string, number> = {
  num_hidden_layers: 1024,
  num_attention_heads: 4096,
  num_key_value_heads: 4096,
  head_dim: 8192,
  hidden_size: 262_144,
  intermediate_size: 2_097_152,
  vocab_size: 4_194_304,
  max_position_embeddings: 134_217_728,
}

/**
 * A size that a config gives, by its field's name.
 *
 * @throws ModelError when it is no whole number or larger than any model's
 */
export function checkSize(name: string, value: unknown): number {
  const max = maxSizes[name] ?? Number.MAX_SAFE_INTEGER
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > max)
    throw new ModelError(
      `the config makes ${name} ${String(value).slice(0, 40)}; a whole number from 1 to ${max} is needed`,
    )
  return value as number
}
