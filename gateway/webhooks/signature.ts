/** A new secret in the form of Standard Webhooks: 256 random bits. */
export const newSecret = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))

/** The secret in the form that receivers expect. */
export const toSecretText = (secret: Uint8Array): string => `whsec_${toBase64(secret)}`

export interface SignedMessage {
  id: string
  /** Seconds since 1970, of this attempt. */
  timestamp: number
  body: string
}

/** The headers of a message in the format of Standard Webhooks, signed by every secret given. */
export async function signMessage(
  { id, timestamp, body }: SignedMessage,
  secrets: readonly Uint8Array[],
): Promise<Record<string, string>> {
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
        'sign',
      ])
      return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, content)))}`
    }),
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}

const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))
