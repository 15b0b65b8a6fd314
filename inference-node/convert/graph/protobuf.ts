/**
 * The few pieces of the protocol buffer wire format that writing an ONNX model takes.
 * Format: https://protobuf.dev/programming-guides/encoding/
 */

/** A field of integer type (wire type 0). */
export function integerField(field: number, value: number | bigint): Uint8Array {
  return concat([tag(field, 0), varint(BigInt(value))])
}

/** A field of type float (wire type 5). */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return concat([tag(field, 5), bytes])
}

/** A string, bytes or message field (wire type 2). */
export function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return concat([tag(field, 2), varint(BigInt(bytes.length)), bytes])
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const tag = (field: number, wireType: number) => varint(BigInt((field << 3) | wireType))

function varint(value: bigint): Uint8Array {
  let rest = BigInt.asUintN(64, value)
  const bytes: number[] = []
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}
