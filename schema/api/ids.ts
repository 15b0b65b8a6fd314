const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * An id that sorts by the time it was made: `prefix_` + 10 characters of milliseconds + 16 random ones
 * (80 bits), in Crockford's base 32, after the ULID layout.
 */
export function newId(
  prefix: string,
  now: number,
  random: Uint8Array = crypto.getRandomValues(new Uint8Array(16)),
): string {
  let time = ''
  let rest = now
  for (let i = 0; i < 10; i++) {
    time = alphabet[rest % 32] + time
    rest = Math.floor(rest / 32)
  }
  let tail = ''
  for (const byte of random) tail += alphabet[byte % 32]
  return `${prefix}_${time}${tail}`
}

/** The smallest id of a moment. */
export const firstId = (prefix: string, at: number): string => newId(prefix, at, new Uint8Array(16))
