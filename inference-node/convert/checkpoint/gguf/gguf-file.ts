import { open } from 'node:fs/promises'
import { ModelError } from '../../../model/model-error.ts'
import { blockWeights, isStoredFormat, type StoredFormat, storedBytes } from '../stored-formats.ts'
import { ggufFormats } from './gguf-formats.ts'
import { GgufHeader, type GgufValue } from './gguf-header.ts'

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

/** Maximum number of tensors and of metadata entries. */
const maxEntries = 65_536

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
    const status = await handle.stat()
    if (!status.isFile()) throw new ModelError(`${file} is not a file`)
    const { size } = status
    const reader = new GgufHeader(handle, file, size)
    if ((await reader.bytes(4)).toString('latin1') !== 'GGUF')
      throw new ModelError(`${file} is not a GGUF file`)
    const version = await reader.integer('uint32')
    if (version !== 2 && version !== 3)
      throw new ModelError(`${file} is of GGUF version ${version}; 2 and 3 are supported`)
    const tensorCount = await reader.count('tensors', maxEntries)
    const entryCount = await reader.count('metadata entries', maxEntries)
    const metadata = new Map<string, GgufValue>()
    for (let index = 0; index < entryCount; index++) {
      const key = await reader.name()
      if (metadata.has(key)) throw reader.damaged(`it has ${key} twice`)
      metadata.set(key, await reader.value(await reader.integer('uint32')))
    }
    const described = []
    for (let index = 0; index < tensorCount; index++) described.push(await readTensor(reader))
    const alignment = metadata.get('general.alignment') ?? 32
    if (typeof alignment !== 'number' || alignment % 8 !== 0 || !(alignment >= 8 && alignment <= 1 << 20))
      throw reader.damaged('its alignment is no multiple of 8 up to 1048576')
    const start = Math.ceil(reader.position / alignment) * alignment
    const tensors = described.map((tensor) => ({ ...tensor, file, offset: start + tensor.offset }))
    checkPlaces(tensors, { file, start, alignment, size })
    return { metadata, tensors }
  } finally {
    await handle.close()
  }
}

/** Refuses tensors that lie outside of the file, off its grid or over one another. */
function checkPlaces(
  tensors: readonly GgufTensor[],
  { file, start, alignment, size }: { file: string; start: number; alignment: number; size: number },
) {
  const cut = tensors.find(({ offset, bytes }) => offset + bytes > size)
  if (cut)
    throw new ModelError(
      `${file} is truncated: tensor ${cut.name} ends at byte ${cut.offset + cut.bytes} of ${size}`,
    )
  const odd = tensors.find(({ offset }) => (offset - start) % alignment !== 0)
  if (odd)
    throw new ModelError(
      `${file} has a damaged header: tensor ${odd.name} begins at byte ${odd.offset - start} of the weights, no multiple of ${alignment}`,
    )
  const sorted = tensors.toSorted((a, b) => a.offset - b.offset)
  for (const [index, tensor] of sorted.slice(1).entries()) {
    const before = sorted[index]!
    if (before.offset + before.bytes > tensor.offset)
      throw new ModelError(`${file} has a damaged header: tensors ${before.name} and ${tensor.name} overlap`)
  }
}

async function readTensor(reader: GgufHeader): Promise<Omit<GgufTensor, 'file'>> {
  const name = await reader.name()
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
  if (shape.includes(0)) throw reader.damaged(`tensor ${name} has shape [${shape.join(', ')}]`)
  if (shape.at(-1)! % blockWeights(format) !== 0)
    throw reader.damaged(`tensor ${name} has rows of ${shape.at(-1)}, no whole blocks of ${format}`)
  const bytes = storedBytes(
    format,
    shape.reduce((product, length) => product * length, 1),
  )
  if (!Number.isSafeInteger(bytes)) throw reader.damaged(`tensor ${name} has shape [${shape.join(', ')}]`)
  return { name, format, shape, offset, bytes }
}
