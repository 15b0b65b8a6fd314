import { logUnexpected } from '../../../platform/unexpected.ts'

/** Checks Turnstile tokens, if the operator has switched it on. */
export interface HumanCheck {
  /** Returns whether the token of the form proves that a person filled it in. */
  passes(token: string | undefined, address: string): Promise<boolean>
}

/** Checks nothing: the default, for a local installation. */
export const noHumanCheck: HumanCheck = { passes: async () => true }

const verification = 'https://challenges.cloudflare.com/turnstile/v0/siteverify'

/** Cloudflare Turnstile, asked by the server: what the browser claims proves nothing. */
export class Turnstile implements HumanCheck {
  readonly #secret: string

  constructor(secret: string) {
    this.#secret = secret
  }

  async passes(token: string | undefined, address: string): Promise<boolean> {
    if (token === undefined) return false
    try {
      const response = await fetch(verification, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ secret: this.#secret, response: token, remoteip: address }),
        signal: AbortSignal.timeout(5_000),
      })
      const { success } = (await response.json()) as { success?: unknown }
      return success === true
    } catch (error) {
      logUnexpected(error, { work: 'turnstile' })
      // unreachable counts as not passed; the applicant can try again
      return false
    }
  }
}
