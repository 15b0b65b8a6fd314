import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import { type FloatFormat, formatBytes } from './floats.ts'
import { readSafetensors, type StoredTensor } from './safetensors.ts'
import { toTextConfig, toTextTensor } from './text-part.ts'

/** A tensor of trained numbers, where it lies and how to read it. */
export interface CheckpointTensor extends StoredTensor {
  format: FloatFormat
}

/** A Hugging Face model directory: the config of what continues text, and where each of its tensors lies. */
export interface Checkpoint {
  path: string
  config: Record<string, unknown>
  /** The safetensors files, absolute paths. */
  files: string[]
  /** Bytes of all tensors. */
  bytes: number
  /** @throws ModelError when the tensor is missing, of another shape or in an unsupported number format */
  tensor(name: string, shape: readonly number[]): CheckpointTensor
  /** Names of the tensors that were not requested. */
  unasked(): string[]
}

const indexName = 'model.safetensors.index.json'

/**
 * Opens a checkpoint, in one safetensors file or in shards.
 *
 * @throws ModelError naming the missing or damaged file
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const names = await readdir(path).catch(() => {
    throw new ModelError(`${path} is not a directory`)
  })
  if (!names.includes('config.json')) throw new ModelError(`${path} has no config.json`)
  const config = await readJson(join(path, 'config.json'))

  const index = names.includes(indexName) ? await readJson(join(path, indexName)) : null
  const weightMap = index ? (index.weight_map as Record<string, string> | undefined) : undefined
  if (index && !weightMap) throw new ModelError(`${join(path, indexName)} has no weight_map`)
  const fileNames = weightMap ? [...new Set(Object.values(weightMap))].sort() : ['model.safetensors']
  for (const name of fileNames)
    if (!names.includes(name))
      throw new ModelError(
        weightMap
          ? `${indexName} names ${name}, but ${path} has no such file`
          : `${path} has no model.safetensors`,
      )

  const tensors = new Map<string, StoredTensor>()
  for (const name of fileNames)
    for (const [key, tensor] of await readSafetensors(join(path, name))) tensors.set(key, tensor)
  for (const [name, file] of Object.entries(weightMap ?? {}))
    if (tensors.get(name)?.file !== join(path, file))
      throw new ModelError(`${indexName} says that ${file} holds tensor ${name}, but it does not`)

  const textTensors = new Map(
    [...tensors].flatMap(([name, tensor]) => {
      const textName = toTextTensor(name, config)
      return textName === null ? [] : [[textName, { ...tensor, name: textName }] as const]
    }),
  )
  const asked = new Set<string>()
  return {
    path,
    config: toTextConfig(config),
    files: fileNames.map((name) => join(path, name)),
    bytes: [...textTensors.values()].reduce((sum, tensor) => sum + tensor.bytes, 0),
    unasked: () => [...textTensors.keys()].filter((name) => !asked.has(name)),
    tensor(name, shape) {
      asked.add(name)
      const tensor = textTensors.get(name)
      if (!tensor) throw new ModelError(`tensor ${name} is missing from ${path}`)
      if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
        throw new ModelError(
          `tensor ${name} has shape [${tensor.shape.join(', ')}]; config.json calls for [${shape.join(', ')}]`,
        )
      if (!(tensor.format in formatBytes))
        throw new ModelError(`tensor ${name} is stored as ${tensor.format}; F32, F16 and BF16 are supported`)
      return tensor as CheckpointTensor
    },
  }
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ModelError(`${path} is not valid JSON`)
  }
  if (typeof value !== 'object' || value === null) throw new ModelError(`${path} is not a JSON object`)
  return value as Record<string, unknown>
}
