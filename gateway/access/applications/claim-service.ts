import { FailureError } from '../../../schema/api/errors.ts'
import type { FreshKey } from '../../auth/fresh-key.ts'
import type { Keys } from '../../auth/keys.ts'
import type { TenantRow, Tenants } from '../tenants/tenants.ts'
import type { ApplicationStore } from './application-store.ts'
import { linkNotValid, type OneTimeTokens } from './one-time-tokens.ts'
import { nextStatus } from './states.ts'

interface Parts {
  applications: ApplicationStore
  tenants: Tenants
  tokens: OneTimeTokens
  keys: Keys
}

/** Hands out a tenant's first key for the link from the mail, once, also under concurrent requests. */
export class ClaimService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async claim(token: string): Promise<FreshKey & { tenant: TenantRow }> {
    const { applications, tenants, tokens, keys } = this.#parts
    const id = await tokens.findApplicationId(token, 'claim')
    const application = await applications.get(id)
    if (nextStatus(application.status, 'claim') === null || application.tenantId === null)
      throw linkNotValid()
    const tenant = await tenants.get(application.tenantId)
    const fresh = await keys.factory.prepare(tenant, {
      name: 'First key',
      scopes: tenant.scopes,
      limits: null,
      expiresAt: null,
    })
    try {
      await applications.commit([
        ...applications.step(application, 'claim', { actor: 'applicant' }),
        fresh.write,
        tokens.revoke(id, 'claim'),
      ])
    } catch (error) {
      // Another request redeemed the link first.
      if (error instanceof FailureError && error.failure.code === 'conflict') throw linkNotValid()
      throw error
    }
    return { ...fresh, tenant }
  }
}
