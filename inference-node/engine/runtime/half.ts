let table: Float32Array | null = null

/** The value of an IEEE 754 half, given as its 16 bits. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Widens halves to floats, by a table of all of them. */
export function widenHalves(halves: Uint16Array, floats: Float32Array): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfValue(bits))
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i]!]!
  return floats.subarray(0, halves.length)
}
