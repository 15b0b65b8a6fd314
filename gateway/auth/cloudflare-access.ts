import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Operator } from './operator.ts'

interface Settings {
  /** The team's address, such as `https://team.cloudflareaccess.com`. */
  issuer: string
  /** The audience tag of the Access application that guards the operator's routes. */
  audience: string
  now: () => number
}

/**
 * Verifies the tokens of Cloudflare Access: signature by the team's current keys (fetched again when an
 * unknown key id appears), issuer, audience, expiry.
 */
export class CloudflareAccess {
  readonly #settings: Settings
  readonly #keys: JWTVerifyGetKey

  constructor(settings: Settings) {
    this.#settings = settings
    this.#keys = createRemoteJWKSet(new URL('/cdn-cgi/access/certs', settings.issuer), {
      cooldownDuration: 10_000,
      cacheMaxAge: 600_000,
    })
  }

  /** The signed-in person or service, or undefined for an invalid token. */
  async identify(token: string): Promise<Operator | undefined> {
    const { issuer, audience, now } = this.#settings
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['exp', 'iat', 'sub'],
        currentDate: new Date(now()),
      })
      // A person has a subject; a service token has a common name instead.
      const id = payload.sub || payload.common_name
      if (typeof id !== 'string' || id === '') return undefined
      const { email } = payload
      return { id: `access:${id}`, name: typeof email === 'string' && email !== '' ? email : id }
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }
}
