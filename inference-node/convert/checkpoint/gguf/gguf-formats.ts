import { fromHalf } from '../floats.ts'

/** Block layout of a GGUF format: a number of weights in a number of bytes. */
interface GgufFormat {
  /** The format's number in a GGUF file. */
  id: number
  weights: number
  bytes: number
  /** Widens one block, whose bytes begin at `at`, to float32. */
  decode(bytes: Uint8Array, at: number, into: Float32Array, to: number): void
}

/**
 * The quantized formats of GGUF that can be read. Products are rounded to float32 one by one, in the order of the
 * reference, so that every weight is the reference's to the last bit.
 */
export const ggufFormats = {
  Q4_0: {
    id: 2,
    weights: 32,
    bytes: 18,
    decode: (...block) => decodeLegacy(block, { high: false, offset: 8 }),
  },
  Q4_1: {
    id: 3,
    weights: 32,
    bytes: 20,
    decode: (...block) => decodeLegacy(block, { high: false, offset: null }),
  },
  Q5_0: {
    id: 6,
    weights: 32,
    bytes: 22,
    decode: (...block) => decodeLegacy(block, { high: true, offset: 16 }),
  },
  Q5_1: {
    id: 7,
    weights: 32,
    bytes: 24,
    decode: (...block) => decodeLegacy(block, { high: true, offset: null }),
  },
  Q8_0: { id: 8, weights: 32, bytes: 34, decode: decodeQ8 },
  Q4_K: { id: 12, weights: 256, bytes: 144, decode: (...block) => decodeK(block, false) },
  Q5_K: { id: 13, weights: 256, bytes: 176, decode: (...block) => decodeK(block, true) },
  Q6_K: { id: 14, weights: 256, bytes: 210, decode: decodeQ6K },
} satisfies Record<string, GgufFormat>

export type GgufFormatName = keyof typeof ggufFormats

export const isGgufFormat = (format: string): format is GgufFormatName => Object.hasOwn(ggufFormats, format)

type Block = Parameters<GgufFormat['decode']>

const readHalf = (bytes: Uint8Array, at: number) => fromHalf(bytes[at]! | (bytes[at + 1]! << 8))

/**
 * Blocks of 32 of four or five bits: a scale, a minimum unless zero is at a fixed `offset`, the fifth bits of all
 * weights if there are any, then the four lower bits, weight i beside weight i + 16.
 */
function decodeLegacy(
  [bytes, at, into, to]: Block,
  { high, offset }: { high: boolean; offset: number | null },
): void {
  const scale = readHalf(bytes, at)
  const minimum = offset === null ? readHalf(bytes, at + 2) : 0
  const highAt = at + (offset === null ? 4 : 2)
  const lowAt = highAt + (high ? 4 : 0)
  for (let i = 0; i < 32; i++) {
    const byte = bytes[lowAt + (i & 15)]!
    const low = i < 16 ? byte & 15 : byte >> 4
    const integer = high ? low | (((bytes[highAt + (i >> 3)]! >> (i & 7)) & 1) << 4) : low
    into[to + i] = offset === null ? Math.fround(scale * integer) + minimum : scale * (integer - offset)
  }
}

function decodeQ8(bytes: Uint8Array, at: number, into: Float32Array, to: number): void {
  const scale = readHalf(bytes, at)
  for (let i = 0; i < 32; i++) into[to + i] = scale * ((bytes[at + 2 + i]! << 24) >> 24)
}

/**
 * Blocks of 256 of four or five bits: eight parts of 32, each with a scale and a minimum of six bits, which multiply
 * the block's own.
 */
function decodeK([bytes, at, into, to]: Block, high: boolean): void {
  const scale = readHalf(bytes, at)
  const minimum = readHalf(bytes, at + 2)
  const six = at + 4
  const highAt = at + 16
  const lowAt = highAt + (high ? 32 : 0)
  for (let part = 0; part < 8; part++) {
    const [partScale, partMinimum] =
      part < 4
        ? [bytes[six + part]! & 63, bytes[six + part + 4]! & 63]
        : [
            (bytes[six + part + 4]! & 15) | ((bytes[six + part - 4]! >> 6) << 4),
            (bytes[six + part + 4]! >> 4) | ((bytes[six + part]! >> 6) << 4),
          ]
    const step = Math.fround(scale * partScale)
    const below = Math.fround(minimum * partMinimum)
    for (let i = 0; i < 32; i++) {
      const byte = bytes[lowAt + 32 * (part >> 1) + i]!
      const low = part % 2 === 0 ? byte & 15 : byte >> 4
      const integer = high ? low | (((bytes[highAt + i]! >> part) & 1) << 4) : low
      into[to + 32 * part + i] = Math.fround(step * integer) - below
    }
  }
}

/** Blocks of 256 of six bits: sixteen parts with a scale of eight bits, which multiplies the block's own. */
function decodeQ6K(bytes: Uint8Array, at: number, into: Float32Array, to: number): void {
  const highAt = at + 128
  const scalesAt = at + 192
  const scale = readHalf(bytes, at + 208)
  for (let i = 0; i < 256; i++) {
    const half = i >> 7
    const quarter = (i >> 5) & 3
    const within = i & 31
    const byte = bytes[at + 64 * half + 32 * (quarter & 1) + within]!
    const low = quarter < 2 ? byte & 15 : byte >> 4
    const integer = (low | (((bytes[highAt + 32 * half + within]! >> (2 * quarter)) & 3) << 4)) - 32
    const partScale = (bytes[scalesAt + (i >> 4)]! << 24) >> 24
    into[to + i] = Math.fround(scale * partScale) * integer
  }
}
