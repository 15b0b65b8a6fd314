import { type FileHandle, open } from 'node:fs/promises'
import { ModelError } from '../../../model/model-error.ts'
import { blockWeights, isStoredFormat, type StoredFormat, storedBytes } from '../stored-formats.ts'
import { ggufFormats } from './gguf-formats.ts'

export type GgufValue = number | string | boolean | GgufValue[]

export interface GgufTensor {
  name: string
  file: string
  format: StoredFormat
  /** Outermost dimension first. */
  shape: number[]
  offset: number
  bytes: number
}

export interface GgufFile {
  metadata: Map<string, GgufValue>
  tensors: GgufTensor[]
}

/** No real file has more: beyond these lies a damaged one. */
const limits = { entries: 65_536, stringBytes: 1 << 24, items: 1 << 22, headerBytes: 1 << 29 }

const formatNames = new Map<number, StoredFormat>([
  [0, 'F32'],
  [1, 'F16'],
  [30, 'BF16'],
  ...Object.entries(ggufFormats).map(([name, { id }]) => [id, name as StoredFormat] as const),
])

/**
 * Reads the header of a GGUF file: metadata, and where each tensor lies.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 *
 * @throws ModelError when the file is cut short, contradicts itself or stores weights in a format that is not read
 */
export async function readGguf(file: string): Promise<GgufFile> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new ModelError(
      error.code === 'ENOENT' ? `${file} is missing` : `cannot read ${file}: ${error.message}`,
    )
  })
  try {
    const { size } = await handle.stat()
    const reader = new HeaderReader(handle, file, size)
    if ((await reader.bytes(4)).toString('latin1') !== 'GGUF')
      throw new ModelError(`${file} is not a GGUF file`)
    const version = await reader.integer('uint32')
    if (version !== 2 && version !== 3)
      throw new ModelError(`${file} is of GGUF version ${version}; 2 and 3 are supported`)
    const tensorCount = await reader.count('tensors', limits.entries)
    const entryCount = await reader.count('metadata entries', limits.entries)
    const metadata = new Map<string, GgufValue>()
    for (let index = 0; index < entryCount; index++) {
      const key = await reader.string()
      metadata.set(key, await reader.value(await reader.integer('uint32')))
    }
    const described = []
    for (let index = 0; index < tensorCount; index++) described.push(await readTensor(reader))
    const alignment = metadata.get('general.alignment') ?? 32
    if (typeof alignment !== 'number' || !(alignment >= 1 && alignment <= 1 << 20))
      throw new ModelError(`${file} has a damaged header: its alignment is ${alignment}`)
    const start = Math.ceil(reader.position / alignment) * alignment
    const tensors = described.map((tensor) => ({ ...tensor, file, offset: start + tensor.offset }))
    const cut = tensors.find(({ offset, bytes }) => offset + bytes > size)
    if (cut)
      throw new ModelError(
        `${file} is truncated: tensor ${cut.name} ends at byte ${cut.offset + cut.bytes} of ${size}`,
      )
    return { metadata, tensors }
  } finally {
    await handle.close()
  }
}

async function readTensor(reader: HeaderReader): Promise<Omit<GgufTensor, 'file'>> {
  const name = await reader.string()
  const dimensions = await reader.integer('uint32')
  if (dimensions < 1 || dimensions > 4) throw reader.damaged(`tensor ${name} has ${dimensions} dimensions`)
  const shape: number[] = []
  for (let axis = 0; axis < dimensions; axis++) shape.unshift(await reader.integer('uint64'))
  const id = await reader.integer('uint32')
  const offset = await reader.integer('uint64')
  const format = formatNames.get(id)
  if (format === undefined || !isStoredFormat(format))
    throw new ModelError(
      `${reader.file}: tensor ${name} is stored in GGUF format ${id}; ${[...formatNames.values()].join(', ')} are supported`,
    )
  if (shape.at(-1)! % blockWeights(format) !== 0)
    throw reader.damaged(`tensor ${name} has rows of ${shape.at(-1)}, no whole blocks of ${format}`)
  const bytes = storedBytes(
    format,
    shape.reduce((product, length) => product * length, 1),
  )
  if (!Number.isSafeInteger(bytes)) throw reader.damaged(`tensor ${name} has shape [${shape.join(', ')}]`)
  return { name, format, shape, offset, bytes }
}

type IntegerType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64'

/** Types of metadata values by their numbers; 8 is a string, 9 an array. */
const valueTypes: Record<number, IntegerType | 'float32' | 'bool' | 'float64'> = {
  0: 'uint8', 1: 'int8', 2: 'uint16', 3: 'int16', 4: 'uint32', 5: 'int32', 6: 'float32', 7: 'bool', 10: 'uint64', 11: 'int64', 12: 'float64',
} // biome-ignore format: a table

const chunkBytes = 1 << 20

/** Reads a header from front to back, a piece of the file at a time. */
class HeaderReader {
  readonly file: string
  /** Bytes that were read. */
  position = 0
  readonly #handle: FileHandle
  readonly #size: number
  #chunk = Buffer.alloc(0)
  #chunkStart = 0

  constructor(handle: FileHandle, file: string, size: number) {
    this.#handle = handle
    this.file = file
    this.#size = size
  }

  damaged(why: string): ModelError {
    return new ModelError(`${this.file} has a damaged header: ${why}`)
  }

  async bytes(count: number): Promise<Buffer> {
    const end = this.position + count
    if (end > this.#size) throw new ModelError(`${this.file} is truncated inside its header`)
    if (end > limits.headerBytes) throw this.damaged(`it is longer than ${limits.headerBytes} bytes`)
    if (end > this.#chunkStart + this.#chunk.length) {
      const length = Math.min(Math.max(chunkBytes, count), this.#size - this.position)
      this.#chunk = Buffer.alloc(length)
      this.#chunkStart = this.position
      const { bytesRead } = await this.#handle.read(this.#chunk, 0, length, this.position)
      if (bytesRead < count) throw new ModelError(`${this.file} is truncated inside its header`)
    }
    const at = this.position - this.#chunkStart
    this.position = end
    return this.#chunk.subarray(at, at + count)
  }

  async integer(type: IntegerType): Promise<number> {
    return (await this.#scalar(type)) as number
  }

  async count(of: string, most: number): Promise<number> {
    const count = await this.integer('uint64')
    if (count > most) throw this.damaged(`it counts ${count} ${of}`)
    return count
  }

  async string(): Promise<string> {
    return (await this.bytes(await this.count('bytes of a string', limits.stringBytes))).toString('utf8')
  }

  async value(type: number, depth = 0): Promise<GgufValue> {
    if (type === 8) return this.string()
    if (type === 9) {
      if (depth > 2) throw this.damaged('its arrays are nested too deeply')
      const itemType = await this.integer('uint32')
      const count = await this.count('items of an array', limits.items)
      const items: GgufValue[] = []
      for (let index = 0; index < count; index++) items.push(await this.value(itemType, depth + 1))
      return items
    }
    const name = valueTypes[type]
    if (name === undefined) throw this.damaged(`it has a value of type ${type}`)
    return this.#scalar(name)
  }

  async #scalar(type: (typeof valueTypes)[number]): Promise<number | boolean> {
    switch (type) {
      case 'uint8':
        return (await this.bytes(1)).readUInt8()
      case 'int8':
        return (await this.bytes(1)).readInt8()
      case 'bool':
        return (await this.bytes(1)).readUInt8() !== 0
      case 'uint16':
        return (await this.bytes(2)).readUInt16LE()
      case 'int16':
        return (await this.bytes(2)).readInt16LE()
      case 'uint32':
        return (await this.bytes(4)).readUInt32LE()
      case 'int32':
        return (await this.bytes(4)).readInt32LE()
      case 'float32':
        return (await this.bytes(4)).readFloatLE()
      case 'float64':
        return (await this.bytes(8)).readDoubleLE()
      case 'uint64':
        return Number((await this.bytes(8)).readBigUInt64LE())
      case 'int64':
        return Number((await this.bytes(8)).readBigInt64LE())
    }
  }
}
