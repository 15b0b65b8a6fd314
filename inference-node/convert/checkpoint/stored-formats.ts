import { type FloatFormat, formatBytes, widen } from './floats.ts'
import { type GgufFormatName, ggufFormats, isGgufFormat } from './gguf/gguf-formats.ts'

/** Number formats in which a checkpoint may store trained weights. */
export type StoredFormat = FloatFormat | GgufFormatName

export const isStoredFormat = (format: string): format is StoredFormat =>
  format in formatBytes || isGgufFormat(format)

/** Weights that are stored together: a tensor's rows are whole blocks. */
export const blockWeights = (format: StoredFormat): number =>
  isGgufFormat(format) ? ggufFormats[format].weights : 1

/** Bytes of so many weights, which are whole blocks. */
export const storedBytes = (format: StoredFormat, weights: number): number =>
  isGgufFormat(format)
    ? (weights / ggufFormats[format].weights) * ggufFormats[format].bytes
    : weights * formatBytes[format]

/** Widens stored weights (bytes aligned to four) to float32. */
export function decodeStored(format: StoredFormat, bytes: Uint8Array, into: Float32Array): void {
  if (!isGgufFormat(format)) {
    widen(format, bytes, into)
    return
  }
  const { weights, bytes: size, decode } = ggufFormats[format]
  for (let at = 0, to = 0; at < bytes.length; at += size, to += weights) decode(bytes, at, into, to)
}
