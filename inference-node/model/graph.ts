import { bestLogitsNames } from './best-logits.ts'
import { ModelError } from './model-error.ts'

/** One input or output as a session's metadata states it; a symbolic dimension is its name. */
export interface TensorMetadata {
  name: string
  type: string
  shape: readonly (number | string)[]
}

/** Names of the tensors that carry one layer's keys and values in and out of the graph. */
export interface LayerCache {
  pastKey: string
  pastValue: string
  presentKey: string
  presentValue: string
}

/** A decoder's graph: its inputs and outputs, read from its session's metadata. */
export interface GraphDescription {
  /** int64 [batch, new tokens] */
  inputIds: string
  /** int64 [batch, past + new tokens]: 1 for a token, 0 for padding. Ragged rows are padded on the right. */
  attentionMask: string
  /** int64 [batch, new tokens]; null when the graph derives positions from the mask. */
  positionIds: string | null
  /** Keys and values are [batch, kvHeads, tokens, headSize]. */
  cache: LayerCache[]
  cacheType: 'float32' | 'float16' | 'bfloat16'
  kvHeads: number
  headSize: number
  /**
   * int64 [1], an initializer that a caller may override: the first new position whose logits are computed,
   * counted from the end when negative. The default 0 gives all; -1 gives the last position of every row.
   */
  logitsStart: string | null
  /** [batch, positions, vocabulary] */
  logits: string
  logitsType: 'float32' | 'float16'
  vocabularySize: number
  /** The outputs that carry the best logits of each row, `count` of them; null when the graph has none. */
  bestLogits: (typeof bestLogitsNames & { count: number }) | null
}

/** Sizes that a graph may leave open in its metadata, as the model's configs state them. */
export interface DecoderSizes {
  kvHeads: number
  headSize: number
  vocabularySize: number
}

/** The name under which our graphs expose {@link GraphDescription.logitsStart}. */
export const logitsStartName = 'logits_start'

const floats = ['float32', 'float16'] as const
const cacheFloats = [...floats, 'bfloat16'] as const

/**
 * Reads what a decoder's graph takes and gives. Works for our graphs, onnxruntime-genai's and onnx-community's: tensors
 * are told apart by name, type and rank, never by the file they came from.
 *
 * @param inputs metadata of the session's inputs; initializers that can be overridden may be included
 * @param outputs metadata of the session's outputs
 * @param overridable names of the initializers that can be overridden
 * @param sizes what the configs say, for dimensions that the metadata names but does not give
 * @throws ModelError naming the tensor that is missing, unknown or of an unexpected type
 */
export function describeGraph(
  inputs: readonly TensorMetadata[],
  outputs: readonly TensorMetadata[],
  overridable: readonly string[] = [],
  sizes?: DecoderSizes,
): GraphDescription {
  const logits = outputs.find((output) => output.name === 'logits')
  if (!logits) throw new ModelError('the graph has no output logits')
  const vocabularySize = readSize(logits, -1, sizes?.vocabularySize)
  if (sizes && sizes.vocabularySize > vocabularySize)
    throw new ModelError(
      `the configs name ${sizes.vocabularySize} tokens, but the graph computes ${vocabularySize}: they are of two models`,
    )
  const hasStart =
    overridable.includes(logitsStartName) || inputs.some((input) => input.name === logitsStartName)
  const cache = [...pairCache(inputs, outputs)]
  if (cache.length === 0)
    throw new ModelError('the graph has no past_key_values inputs: it is not a decoder with a cache')

  const known = new Set([logitsStartName, ...cache.flatMap((layer) => [layer.pastKey, layer.pastValue])])
  const optional = (name: string) => {
    const tensor = inputs.find((input) => input.name === name)
    if (tensor) known.add(name)
    return tensor ?? null
  }
  const required = (name: string) => {
    const tensor = optional(name)
    if (!tensor) throw new ModelError(`the graph has no input ${name}`)
    if (tensor.type !== 'int64') throw new ModelError(`input ${name} is ${tensor.type}; int64 is supported`)
    return tensor
  }
  const inputIds = required('input_ids').name
  const attentionMask = required('attention_mask').name
  const positionIds = optional('position_ids')?.name ?? null
  const unknown = inputs.find((input) => !known.has(input.name))
  if (unknown) throw new ModelError(`the graph wants an input ${unknown.name} that this engine does not know`)

  const first = inputs.find((input) => input.name === cache[0]!.pastKey)!
  if (first.shape.length !== 4)
    throw new ModelError(
      `${first.name} has shape [${first.shape.join(', ')}]; [batch, heads, tokens, size] is expected`,
    )
  return {
    inputIds,
    attentionMask,
    positionIds,
    cache,
    cacheType: readType(first, cacheFloats),
    kvHeads: readSize(first, 1, sizes?.kvHeads),
    headSize: readSize(first, 3, sizes?.headSize),
    logitsStart: hasStart ? logitsStartName : null,
    logits: logits.name,
    logitsType: readType(logits, floats),
    vocabularySize,
    bestLogits: findBestLogits(outputs),
  }
}

function findBestLogits(outputs: readonly TensorMetadata[]): GraphDescription['bestLogits'] {
  const values = outputs.find(({ name }) => name === bestLogitsNames.values)
  if (!values) return null
  for (const name of Object.values(bestLogitsNames))
    if (!outputs.some((output) => output.name === name))
      throw new ModelError(`the graph has an output ${values.name} but no ${name}`)
  return { ...bestLogitsNames, count: readSize(values, -1, undefined) }
}

function readSize(tensor: TensorMetadata, axis: number, stated: number | undefined): number {
  const size = tensor.shape.at(axis)
  if (typeof size === 'number') return size
  if (stated !== undefined) return stated
  throw new ModelError(`neither the graph nor a config says how large ${size} of ${tensor.name} is`)
}

function* pairCache(
  inputs: readonly TensorMetadata[],
  outputs: readonly TensorMetadata[],
): Generator<LayerCache> {
  const outputNames = new Set(outputs.map((output) => output.name))
  for (let layer = 0; ; layer++) {
    const pastKey = `past_key_values.${layer}.key`
    if (!inputs.some((input) => input.name === pastKey)) return
    const names = {
      pastKey,
      pastValue: `past_key_values.${layer}.value`,
      presentKey: `present.${layer}.key`,
      presentValue: `present.${layer}.value`,
    }
    if (!inputs.some((input) => input.name === names.pastValue))
      throw new ModelError(`the graph has ${pastKey} but no ${names.pastValue}`)
    for (const name of [names.presentKey, names.presentValue])
      if (!outputNames.has(name)) throw new ModelError(`the graph has ${pastKey} but no output ${name}`)
    yield names
  }
}

function readType<Type extends string>({ name, type }: TensorMetadata, known: readonly Type[]): Type {
  const found = known.find((each) => each === type)
  if (found === undefined) throw new ModelError(`${name} is ${type}; ${known.join(' and ')} are supported`)
  return found
}
