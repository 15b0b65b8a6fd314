import { type Failure, FailureError, reason } from '../../schema/api/errors.ts'
import { hex } from '../../schema/judge/sha256.ts'

/** The keys derived from one master secret. Its id is derived too, so secrets need no numbering. */
interface MasterKey {
  id: string
  wrapping: CryptoKey
}

/**
 * The master secret in use and the ones it replaced. New keys are wrapped with the first; the others only
 * unwrap, until everything has been wrapped again.
 */
export class MasterKeys {
  readonly #secrets: string[]
  /** Kept as a value, not as a promise: a promise belongs to the request that made it. */
  #keys: MasterKey[] | undefined

  constructor(current: string | undefined, previous: string | undefined) {
    this.#secrets = [current ?? '', ...(previous ?? '').split(',').map((text) => text.trim())].filter(Boolean)
  }

  async current(): Promise<MasterKey> {
    const [first] = await this.#derive()
    if (first === undefined) throw notConfigured(reason('setting_missing', { setting: 'MASTER_SECRET' }))
    return first
  }

  /** Wraps a raw key for one place: the context is bound in, so a wrapped key cannot be moved elsewhere. */
  async wrap(raw: Uint8Array, context: string): Promise<{ masterKeyId: string; wrappedKey: Uint8Array }> {
    const { id, wrapping } = await this.current()
    return { masterKeyId: id, wrappedKey: await encrypt(wrapping, raw, context) }
  }

  async unwrap(masterKeyId: string, wrappedKey: Uint8Array, context: string): Promise<Uint8Array> {
    const key = (await this.#derive()).find(({ id }) => id === masterKeyId)
    if (key === undefined) throw notConfigured(reason('master_secret_gone', { id: masterKeyId }))
    return decrypt(key.wrapping, wrappedKey, context)
  }

  async #derive(): Promise<MasterKey[]> {
    this.#keys ??= await Promise.all(this.#secrets.map(deriveMasterKey))
    return this.#keys
  }
}

async function deriveMasterKey(secret: string): Promise<MasterKey> {
  const bytes = parseBase64(secret)
  if (bytes.length < 32) throw notConfigured(reason('master_secret_short'))
  const source = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits'])
  const derivation = (info: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: new TextEncoder().encode(`keval-edge ${info}`),
  })
  const [wrapping, id] = await Promise.all([
    crypto.subtle.deriveKey(derivation('wrapping'), source, { name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]),
    crypto.subtle.deriveBits(derivation('id'), source, 64),
  ])
  return { id: hex(id), wrapping }
}

/** AES-256-GCM with a random nonce in front; `context` is authenticated with it. */
export async function encrypt(key: CryptoKey, plain: Uint8Array, context: string): Promise<Uint8Array> {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(parameters(nonce, context), key, plain)
  const whole = new Uint8Array(nonce.length + sealed.byteLength)
  whole.set(nonce)
  whole.set(new Uint8Array(sealed), nonce.length)
  return whole
}

export async function decrypt(key: CryptoKey, whole: Uint8Array, context: string): Promise<Uint8Array> {
  const plain = await crypto.subtle.decrypt(parameters(whole.slice(0, 12), context), key, whole.slice(12))
  return new Uint8Array(plain)
}

const parameters = (iv: Uint8Array, context: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(context),
})

function parseBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    throw notConfigured(reason('master_secret_base64'))
  }
}

const notConfigured = (why: Pick<Failure, 'reason' | 'params'>) =>
  new FailureError({ code: 'not_configured', ...why, source: 'gateway' })
