import { readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ModelError } from '../../model/model-error.ts'
import { type Checkpoint, makeCheckpoint } from './checkpoint.ts'
import { readSafetensors, type StoredTensor } from './safetensors.ts'
import { toTextConfig, toTextTensor } from './text-part.ts'

const indexName = 'model.safetensors.index.json'

/**
 * Opens a Hugging Face model directory, its weights in one safetensors file or in shards.
 *
 * @throws ModelError naming the missing or damaged file
 */
export async function openHuggingFaceFolder(path: string): Promise<Checkpoint> {
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
    [...tensors].flatMap(([stored, tensor]) => {
      const name = toTextTensor(stored, config)
      return name === null ? [] : [[name, { ...tensor, name, add: 0, pairedHead: null }] as const]
    }),
  )
  return makeCheckpoint({
    path,
    name: basename(resolve(path)),
    config: toTextConfig(config),
    madeConfig: false,
    files: fileNames.map((name) => join(path, name)),
    tensors: textTensors,
    describedBy: 'config.json',
  })
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
