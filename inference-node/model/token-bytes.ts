/** The bytes that a token's text in tokenizer.json stands for. */
export type TokenDecoder = (token: string) => Uint8Array

interface Decoder {
  type?: string
  decoders?: Decoder[]
  replacement?: string
  content?: string
  pattern?: { String?: string }
}

/**
 * Turns one token into bytes as the `decoder` of a tokenizer.json does: either every character is a byte (byte-level
 * BPE), or the token is text with a sign for the blank, and `<0x41>` is a byte (byte fallback). Added tokens take the
 * same way; a byte-level one with a character outside the byte alphabet is plain text, as in the reference decoder.
 * Steps that only concern a text's beginning are left out: an answer continues a prompt.
 */
export function toTokenDecoder(decoder: unknown): TokenDecoder {
  const steps = flatten(decoder as Decoder | null)
  const encoder = new TextEncoder()
  if (steps.some((step) => step.type === 'ByteLevel'))
    return (token) => {
      const bytes = Array.from(token, (character) => bytesByCharacter.get(character))
      return bytes.includes(undefined) ? encoder.encode(token) : Uint8Array.from(bytes as number[])
    }
  const byteFallback = steps.some((step) => step.type === 'ByteFallback')
  const blanks = steps.flatMap((step) => {
    if (step.type === 'Metaspace') return [[step.replacement ?? '▁', ' '] as const]
    if (step.type === 'Replace' && step.pattern?.String)
      return [[step.pattern.String, step.content ?? ''] as const]
    return []
  })
  return (token) => {
    const byte = byteFallback ? /^<0x([0-9A-Fa-f]{2})>$/.exec(token) : null
    if (byte) return Uint8Array.of(Number.parseInt(byte[1]!, 16))
    return encoder.encode(blanks.reduce((text, [sign, blank]) => text.replaceAll(sign, blank), token))
  }
}

function flatten(decoder: Decoder | null): Decoder[] {
  if (!decoder) return []
  return decoder.type === 'Sequence' ? (decoder.decoders ?? []).flatMap(flatten) : [decoder]
}

/**
 * GPT-2's byte alphabet: printable Latin-1 characters stand for themselves, the other bytes for the characters
 * from U+0100 on, in order.
 */
const bytesByCharacter = new Map<string, number>()
const printable = (byte: number) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
let next = 0x100
for (let byte = 0; byte < 256; byte++)
  bytesByCharacter.set(String.fromCodePoint(printable(byte) ? byte : next++), byte)
