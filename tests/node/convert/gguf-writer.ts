import { writeFileSync } from 'node:fs'
import type { PlainTensor } from './fixtures.ts'

/** A metadata value by its type: a 32 bit integer, a float, a string, or a list of strings or integers. */
export type Metadata = Record<
  string,
  { u32: number } | { f32: number } | string | readonly string[] | Int32Array
>

export const formatIds: Record<string, number> = { F32: 0, F16: 1, Q8_0: 8, BF16: 30 }

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer)
const string = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])

function encodeValue(value: Metadata[string]): Buffer {
  if (typeof value === 'string') return Buffer.concat([u32(8), string(value)])
  if (value instanceof Int32Array)
    return Buffer.concat([u32(9), u32(5), u64(value.length), Buffer.from(value.buffer)])
  if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)])
  if ('f32' in value) return Buffer.concat([u32(6), Buffer.from(Float32Array.of(value.f32).buffer)])
  return Buffer.concat([u32(9), u32(8), u64(value.length), ...value.map(string)])
}

/** Writes a GGUF file of version 3. */
export function writeGguf(file: string, metadata: Metadata, tensors: readonly PlainTensor[]) {
  const padded = (bytes: number) => Math.ceil(bytes / 32) * 32
  let at = 0
  const entries = tensors.map(({ name, format, shape, data }) => {
    const offset = at
    at += padded(data.length)
    const sizes = shape.toReversed().map(u64)
    return Buffer.concat([string(name), u32(shape.length), ...sizes, u32(formatIds[format]!), u64(offset)])
  })
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(Object.keys(metadata).length),
    ...Object.entries(metadata).flatMap(([key, value]) => [string(key), encodeValue(value)]),
    ...entries,
  ])
  const body = tensors.flatMap(({ data }) => [data, Buffer.alloc(padded(data.length) - data.length)])
  writeFileSync(file, Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length), ...body]))
}
