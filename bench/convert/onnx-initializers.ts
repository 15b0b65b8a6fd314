/** A tensor of an ONNX graph whose bytes lie in another file. */
export interface ExternalTensor {
  shape: number[]
  offset: number
  bytes: number
}

/** The initializers of an ONNX model file that lie outside of it, by name. Field numbers: onnx.proto. */
export function readExternalTensors(model: Uint8Array): Map<string, ExternalTensor> {
  const tensors = new Map<string, ExternalTensor>()
  for (const graph of fields(model).filter(({ number }) => number === 7))
    for (const tensor of fields(graph.bytes).filter(({ number }) => number === 5)) {
      const parts = fields(tensor.bytes)
      const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
      const external = Object.fromEntries(
        parts
          .filter(({ number }) => number === 13)
          .map(({ bytes }) => fields(bytes).map((part) => text(part.bytes)) as [string, string]),
      )
      if (external.offset === undefined) continue
      tensors.set(text(parts.find(({ number }) => number === 8)!.bytes), {
        shape: parts.filter(({ number }) => number === 1).map(({ value }) => value),
        offset: Number(external.offset),
        bytes: Number(external.length),
      })
    }
  return tensors
}

interface Field {
  number: number
  value: number
  bytes: Uint8Array
}

/** The fields of a protocol buffer message that are varints, or bytes behind their length. */
function fields(message: Uint8Array): Field[] {
  const found: Field[] = []
  let at = 0
  const varint = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  const fixed: Record<number, number> = { 1: 8, 5: 4 }
  while (at < message.length) {
    const tag = varint()
    const [number, type] = [Math.floor(tag / 8), tag % 8]
    if (type === 0) found.push({ number, value: varint(), bytes: new Uint8Array() })
    else {
      const length = fixed[type] ?? varint()
      found.push({ number, value: 0, bytes: message.subarray(at, at + length) })
      at += length
    }
  }
  return found
}
