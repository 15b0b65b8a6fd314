/** Number formats of checkpoint tensors, by their safetensors names. */
export type FloatFormat = 'F32' | 'F16' | 'BF16'

export const formatBytes: Record<FloatFormat, number> = { F32: 4, F16: 2, BF16: 2 }

/** Widens numbers of any supported format (little endian bytes, aligned to their size) to float32. Exact. */
export function widen(format: FloatFormat, bytes: Uint8Array, into: Float32Array): void {
  const count = bytes.byteLength / formatBytes[format]
  if (format === 'F32') {
    into.set(new Float32Array(bytes.buffer, bytes.byteOffset, count))
    return
  }
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, count)
  const bits = new Uint32Array(into.buffer, into.byteOffset, count)
  if (format === 'BF16') for (let i = 0; i < count; i++) bits[i] = halves[i]! << 16
  else {
    const table = halfTable()
    for (let i = 0; i < count; i++) bits[i] = table[halves[i]!]!
  }
}

/** The nearest IEEE 754 half of a float32, ties to even; too large numbers become infinity. */
export function toHalf(value: number): number {
  scratchFloat[0] = value
  const bits = scratchBits[0]!
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00)
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (magnitude >= 0x38800000) {
    const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)
    return sign | (rounded >>> 13)
  }
  // Below the smallest normal half: a multiple of 2^-24.
  return sign | roundHalfEven(Math.abs(scratchFloat[0]!) * 2 ** 24)
}

/** The nearest bfloat16 of a float32, ties to even: its upper 16 bits, rounded. */
export function toBfloat(value: number): number {
  scratchFloat[0] = value
  const bits = scratchBits[0]!
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40 // stays no number
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

/** Number formats in which a graph holds what is not quantized. */
export type DenseFormat = 'float32' | 'float16' | 'bfloat16'

/** The numbers as the file stores them, and their bytes. */
export function encodeFloats(format: DenseFormat, values: Float32Array): Uint8Array {
  const numbers =
    format === 'float32' ? values : Uint16Array.from(values, format === 'float16' ? toHalf : toBfloat)
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

/** The value that a number has once it is stored. */
export function roundTo(format: DenseFormat, value: number): number {
  if (format === 'float16') return fromHalf(toHalf(value))
  if (format === 'float32') return Math.fround(value)
  scratchBits[0] = toBfloat(value) << 16
  return scratchFloat[0]!
}

/** The float32 that a half stands for. */
export function fromHalf(half: number): number {
  scratchBits[0] = halfTable()[half]!
  return scratchFloat[0]!
}

const scratchFloat = new Float32Array(1)
const scratchBits = new Uint32Array(scratchFloat.buffer)

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

let table: Uint32Array | null = null

/** float32 bits of every half. */
function halfTable(): Uint32Array {
  if (table) return table
  const floats = new Float32Array(65536)
  for (let half = 0; half < 65536; half++) {
    const sign = half & 0x8000 ? -1 : 1
    const exponent = (half >> 10) & 31
    const fraction = half & 1023
    if (exponent === 31) floats[half] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
    else floats[half] = sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24)
  }
  table = new Uint32Array(floats.buffer)
  return table
}
