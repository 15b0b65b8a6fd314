/**
 * Seals what a session cookie holds: AES-256-GCM under a key derived from the master secret. The role is
 * authenticated with it, so a tenant's cookie cannot be handed in as an operator's.
 */
export async function seal(masterSecret: string, role: string, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: encode(role) }
  const sealed = await crypto.subtle.encrypt(parameters, await sealingKey(masterSecret), encode(text))
  return base64Url(new Uint8Array([...nonce, ...new Uint8Array(sealed)]))
}

/** The sealed text, or null when it was altered, is another role's, or the master secret has changed. */
export async function unseal(masterSecret: string, role: string, sealed: string): Promise<string | null> {
  try {
    const whole = fromBase64Url(sealed)
    const parameters = { name: 'AES-GCM', iv: whole.slice(0, 12), additionalData: encode(role) }
    const text = await crypto.subtle.decrypt(parameters, await sealingKey(masterSecret), whole.slice(12))
    return new TextDecoder().decode(text)
  } catch {
    return null
  }
}

/** Kept as values, not as promises: a promise belongs to the request that made it. */
const keys = new Map<string, CryptoKey>()

async function sealingKey(masterSecret: string): Promise<CryptoKey> {
  const known = keys.get(masterSecret)
  if (known !== undefined) return known
  const derived = await deriveKey(masterSecret)
  keys.set(masterSecret, derived)
  return derived
}

async function deriveKey(masterSecret: string): Promise<CryptoKey> {
  const source = await crypto.subtle.importKey('raw', encode(masterSecret), 'HKDF', false, ['deriveKey'])
  const info = encode('keval-edge console session')
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  const use = { name: 'AES-GCM', length: 256 }
  return crypto.subtle.deriveKey(derivation, source, use, false, ['encrypt', 'decrypt'])
}

const encode = (text: string) => new TextEncoder().encode(text)

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
}
