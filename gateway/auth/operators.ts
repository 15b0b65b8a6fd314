import { FailureError, reason } from '../../schema/api/errors.ts'
import { timingSafeEqual } from '../platform/timing-safe-equal.ts'
import { isApiKey } from './api-key.ts'
import type { AttemptLimit, AttemptLimiter } from './attempt-limiter.ts'
import type { CloudflareAccess } from './cloudflare-access.ts'
import type { Operator } from './operator.ts'
import { bearerToken } from './token.ts'

/** Limit of wrong secrets and tokens from one client address. */
const wrongSecrets: AttemptLimit = { name: 'operator', max: 20, windowSeconds: 300 }

/** A right secret works from a bounded address, so its length is what keeps guesses hopeless. */
const minSecretLength = 24

const maxNameLength = 40

interface Parts {
  adminSecret: string | undefined
  /** Undefined where Cloudflare Access is not set up. */
  access: CloudflareAccess | undefined
  limiter: AttemptLimiter
}

/** The proofs that a request offers of coming from an operator. */
export interface OperatorProof {
  authorization: string | undefined
  /** The token that Cloudflare Access adds to requests of people who signed in. */
  accessToken: string | undefined
  address: string
  /** True if another site made the browser send the request. */
  crossSite: boolean
  /** The name that a holder of the admin secret states, percent-encoded. */
  givenName: string | undefined
}

/** Identifies operators by a Cloudflare Access token or by the admin secret. */
export class Operators {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Returns the operator. Credentials are checked before the bound on failures: an operator
   * who shares an address with an attacker can still sign in.
   */
  async authenticate(proof: OperatorProof): Promise<Operator> {
    const { access, limiter } = this.#parts
    const { authorization, address } = proof
    // Access adds its token to whatever the browser sends: what another site started is not the operator's will.
    const accessToken = proof.crossSite ? undefined : proof.accessToken
    const given = bearerToken(authorization)
    if (given === undefined && (accessToken === undefined || access === undefined)) throw operatorRequired()
    // A tenant's key on an operator's route is a mistake, not a guess at the secret.
    if (given !== undefined && isApiKey(given) && accessToken === undefined) throw operatorRequired()
    const person = accessToken === undefined ? undefined : await access?.identify(accessToken)
    if (person !== undefined) return person
    if (given !== undefined && (await this.#isAdminSecret(given))) {
      return secretHolder(proof.givenName)
    }
    await limiter.demand(wrongSecrets, address)
    throw operatorRequired()
  }

  async #isAdminSecret(given: string): Promise<boolean> {
    const { adminSecret } = this.#parts
    if (!adminSecret) return false
    if (adminSecret.length < minSecretLength) throw secretTooShort()
    return timingSafeEqual(given, adminSecret)
  }
}

/**
 * Holders of the admin secret are distinguished by the names they state. Only the secret is proof, which is why
 * the id says how they came.
 */
function secretHolder(givenName: string | undefined): Operator {
  if (givenName === undefined) return { id: 'admin-secret', name: 'admin-secret' }
  const name = decodeName(givenName)
  if (name === null) {
    throw new FailureError({
      code: 'invalid_request',
      ...reason('operator_name', { maximum: maxNameLength }),
      source: 'gateway',
    })
  }
  return { id: `admin-secret:${name}`, name }
}

/** The name in a header; null where it is no percent-encoded line of text. */
function decodeName(encoded: string): string | null {
  try {
    const name = decodeURIComponent(encoded).normalize('NFC').trim()
    return name !== '' && [...name].length <= maxNameLength && !/\p{C}/u.test(name) ? name : null
  } catch {
    return null
  }
}

const operatorRequired = () =>
  new FailureError({
    code: 'operator_required',
    ...reason('operator_required'),
    source: 'gateway',
  })

const secretTooShort = () =>
  new FailureError({
    code: 'not_configured',
    ...reason('admin_secret_short', { minimum: minSecretLength }),
    source: 'gateway',
  })
