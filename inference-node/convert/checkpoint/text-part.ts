import { type ConfigFields, type Family, families, isSupported } from './families.ts'

/**
 * The config of the part of a model that continues text, as a checkpoint of that part alone would have it. Fields that
 * the whole model gives, such as its end tokens, come before those of the part.
 */
export function toTextConfig(config: ConfigFields): ConfigFields {
  const textPart = findTextPart(config)
  const nested = textPart && config[textPart.config]
  if (typeof nested !== 'object' || nested === null) return config
  const { [textPart!.config]: _, ...whole } = config
  return { ...(nested as ConfigFields), ...whole }
}

/** A tensor's name in a checkpoint of the text part alone; null for the tensor of another part. */
export function toTextTensor(name: string, config: ConfigFields): string | null {
  const textPart = findTextPart(config)
  if (!textPart) return name
  if (textPart.leftOut.some((prefix) => name.startsWith(prefix))) return null
  const place = textPart.prefixes.find(([prefix]) => name.startsWith(prefix))
  return place ? place[1] + name.slice(place[0].length) : name
}

function findTextPart(config: ConfigFields): Family['textPart'] {
  const [architecture] = Array.isArray(config.architectures) ? config.architectures : []
  return isSupported(architecture) ? (families[architecture] as Family).textPart : null
}
