import { ModelError } from '../../model/model-error.ts'
import type { ConfigFields } from './families.ts'
import type { StoredTensor } from './safetensors.ts'
import { blockWeights, isStoredFormat, type StoredFormat } from './stored-formats.ts'

/** A tensor as a checkpoint stores it, and what its numbers have to go through to be the model's. */
export interface OpenTensor extends StoredTensor {
  /** Added to every number. */
  add: number
  /** The head size where the rows of each head are stored in the pairs that are rotated together; else null. */
  pairedHead: number | null
}

/** A tensor of trained numbers, where it lies and how to read it. */
export interface CheckpointTensor extends OpenTensor {
  format: StoredFormat
}

/** An unconverted model: the config of what continues text, and where each of its tensors lies. */
export interface Checkpoint {
  /** The folder of the tokenizer and of the other files that go with the weights. */
  path: string
  name: string
  config: ConfigFields
  /** True if the config was made of other metadata, so that no config.json of the folder is it. */
  madeConfig: boolean
  /** The files of weights. */
  files: string[]
  /** Bytes of all tensors. */
  bytes: number
  /** @throws ModelError when the tensor is missing, of another shape or in an unsupported number format */
  tensor(name: string, shape: readonly number[]): CheckpointTensor
  /** Names of the tensors that were not requested. */
  unasked(): string[]
}

/** @param source.describedBy where the config stands, for messages */
export function makeCheckpoint({
  tensors,
  describedBy,
  ...source
}: Pick<Checkpoint, 'path' | 'name' | 'config' | 'madeConfig' | 'files'> & {
  tensors: ReadonlyMap<string, OpenTensor>
  describedBy: string
}): Checkpoint {
  const asked = new Set<string>()
  return {
    ...source,
    bytes: [...tensors.values()].reduce((sum, tensor) => sum + tensor.bytes, 0),
    unasked: () => [...tensors.keys()].filter((name) => !asked.has(name)),
    tensor(name, shape) {
      asked.add(name)
      const tensor = tensors.get(name)
      if (!tensor) throw new ModelError(`tensor ${name} is missing from ${source.path}`)
      if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
        throw new ModelError(
          `tensor ${name} has shape [${tensor.shape.join(', ')}]; ${describedBy} calls for [${shape.join(', ')}]`,
        )
      const { format } = tensor
      if (!isStoredFormat(format))
        throw new ModelError(`tensor ${name} is stored as ${format}; F32, F16 and BF16 are supported`)
      if (shape.at(-1)! % blockWeights(format) !== 0)
        throw new ModelError(`tensor ${name} is stored as ${format}, but its rows are no whole blocks`)
      return { ...tensor, format }
    },
  }
}
