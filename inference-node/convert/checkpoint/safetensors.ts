import { open } from 'node:fs/promises'
import { ModelError } from '../../model/model-error.ts'

/** One tensor inside a safetensors file. */
export interface StoredTensor {
  name: string
  file: string
  /** `F32`, `BF16`, ... as the header writes it. */
  format: string
  shape: number[]
  /** Offset of its bytes in the file. */
  offset: number
  bytes: number
}

const formatSizes: Record<string, number> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1,
} // biome-ignore format: a table

const maxHeaderBytes = 100_000_000

/**
 * Reads the header of a safetensors file: 8 bytes of header length, JSON, then the tensors.
 * Format: https://github.com/huggingface/safetensors#format
 *
 * @throws ModelError when the file is cut short or its header contradicts itself
 */
export async function readSafetensors(file: string): Promise<Map<string, StoredTensor>> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new ModelError(
      error.code === 'ENOENT' ? `${file} is missing` : `cannot read ${file}: ${error.message}`,
    )
  })
  try {
    const { size } = await handle.stat()
    const start = Buffer.alloc(8)
    if (size < 8 || (await handle.read(start, 0, 8, 0)).bytesRead < 8)
      throw new ModelError(`${file} is truncated: it has only ${size} bytes`)
    const headerBytes = Number(start.readBigUInt64LE())
    if (headerBytes > maxHeaderBytes) throw new ModelError(`${file} is not a safetensors file`)
    if (8 + headerBytes > size) throw new ModelError(`${file} is truncated inside its header`)
    const text = Buffer.alloc(headerBytes)
    await handle.read(text, 0, headerBytes, 8)
    return parseHeader(file, text.toString('utf8'), 8 + headerBytes, size)
  } finally {
    await handle.close()
  }
}

interface HeaderEntry {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

function parseHeader(file: string, text: string, dataStart: number, size: number): Map<string, StoredTensor> {
  let header: Record<string, HeaderEntry>
  try {
    header = JSON.parse(text)
  } catch {
    throw new ModelError(`${file} has a damaged header`)
  }
  if (!isObject(header)) throw new ModelError(`${file} has a damaged header`)
  const tensors = new Map<string, StoredTensor>()
  let end = dataStart
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    if (!isObject(entry)) throw new ModelError(`${file}: the header entry of tensor ${name} is damaged`)
    const { dtype, shape, data_offsets: range } = entry
    const elementSize = formatSizes[dtype]
    if (elementSize === undefined)
      throw new ModelError(`${file}: tensor ${name} has an unknown number format ${dtype}`)
    if (!isSizes(shape) || !isSizes(range) || range.length !== 2)
      throw new ModelError(`${file}: the header entry of tensor ${name} is damaged`)
    const bytes = shape.reduce((product, dimension) => product * dimension, elementSize)
    if (range[1]! - range[0]! !== bytes)
      throw new ModelError(
        `${file}: tensor ${name} of shape [${shape.join(', ')}] needs ${bytes} bytes, its offsets span ${range[1]! - range[0]!}`,
      )
    tensors.set(name, { name, file, format: dtype, shape, offset: dataStart + range[0]!, bytes })
    end = Math.max(end, dataStart + range[1]!)
  }
  if (end > size) {
    const cut = [...tensors.values()].find((tensor) => tensor.offset + tensor.bytes > size)!
    throw new ModelError(
      `${file} is truncated: tensor ${cut.name} ends at byte ${cut.offset + cut.bytes} of ${size}`,
    )
  }
  if (end < size) throw new ModelError(`${file} has ${size - end} bytes more than its header accounts for`)
  return tensors
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0)
