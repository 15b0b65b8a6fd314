/**
 * Compares two texts in time that depends on neither their content nor their lengths: both are hashed
 * under a fresh random key first, and only the digests are compared.
 */
export async function constantTimeEqual(left: string, right: string): Promise<boolean> {
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const encoder = new TextEncoder()
  const [a, b] = await Promise.all([
    crypto.subtle.sign('HMAC', key as CryptoKey, encoder.encode(left)),
    crypto.subtle.sign('HMAC', key as CryptoKey, encoder.encode(right)),
  ])
  const [x, y] = [new Uint8Array(a), new Uint8Array(b)]
  let difference = 0
  for (let i = 0; i < x.length; i++) difference |= x[i]! ^ y[i]!
  return difference === 0
}
