import { FailureError } from '../../schema/api/errors.ts'
import { timingSafeEqual } from '../platform/timing-safe-equal.ts'
import { isApiKey } from './api-key.ts'
import type { AttemptLimit, AttemptLimiter } from './attempt-limiter.ts'
import type { CloudflareAccess } from './cloudflare-access.ts'
import { bearer } from './token.ts'

/** Wrong secrets from one address before it has to wait. */
const wrongSecrets: AttemptLimit = { name: 'operator', most: 20, windowSeconds: 300 }

interface Parts {
  adminSecret: string | undefined
  /** Undefined where Cloudflare Access is not set up. */
  access: CloudflareAccess | undefined
  limiter: AttemptLimiter
}

/** What a request offers to prove that an operator sent it. */
export interface OperatorProof {
  authorization: string | undefined
  /** The token that Cloudflare Access adds to requests of people who signed in. */
  accessToken: string | undefined
  address: string
  /** Whether another site made the browser send it. */
  crossSite: boolean
}

/** Finds out which operator asks: by a Cloudflare Access token, or by the admin secret. */
export class Operators {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The operator's name for the audit log. */
  async authenticate(proof: OperatorProof): Promise<string> {
    const { adminSecret, access, limiter } = this.#parts
    const { authorization, address } = proof
    // Access adds its token to whatever the browser sends: what another site started is not the operator's will.
    const accessToken = proof.crossSite ? undefined : proof.accessToken
    const given = bearer(authorization)
    if (given === undefined && (accessToken === undefined || access === undefined)) throw operatorRequired()
    // A tenant's key on an operator's route is a mistake, not a guess at the secret.
    if (given !== undefined && isApiKey(given) && accessToken === undefined) throw operatorRequired()
    await limiter.demandRoom(wrongSecrets, address)
    const person = accessToken === undefined ? undefined : await access?.identify(accessToken)
    if (person !== undefined) return person
    if (adminSecret && given !== undefined && (await timingSafeEqual(given, adminSecret)))
      return 'admin-secret'
    await limiter.count(wrongSecrets, address)
    throw operatorRequired()
  }
}

const operatorRequired = () =>
  new FailureError({
    code: 'operator_required',
    detail:
      'This route is for operators: sign in with Cloudflare Access, or send the admin secret as a bearer token.',
    source: 'gateway',
  })
