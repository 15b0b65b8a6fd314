const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Source of random bytes: `crypto.getRandomValues` outside of tests. */
export type RandomBytes = (length: number) => Uint8Array

export const platformRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length))

/** Base62 text of the given length, every character equally likely: bytes that would tilt the odds are dropped. */
export function randomBase62(length: number, random: RandomBytes): string {
  let text = ''
  while (text.length < length) text += base62OfBytes(random(length))
  return text.slice(0, length)
}

/** The characters that evenly distributed bytes stand for; about three bytes in a hundred stand for none. */
export function base62OfBytes(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) if (byte < 248) text += alphabet[byte % 62]
  return text
}

/** A whole number in base62, padded with zeros. */
export function base62OfNumber(value: number, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 62)) text = alphabet[rest % 62] + text
  return text
}
