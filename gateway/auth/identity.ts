import type { Failure } from '../../schema/api/errors.ts'
import type { Scope } from '../../schema/api/scopes.ts'
import type { Rates } from '../limits/limits.ts'

/** The owner of a valid API key and its permissions, without any secret. */
export interface Identity {
  tenantId: string
  /** When the tenant was made: another time is another tenant, even under the same id. */
  tenantCreatedAt: number
  keyId: string
  scopes: readonly Scope[]
  limits: TenantLimits
  /** Limits of the key alone, below those of its tenant; absent where it has none. */
  keyLimits?: Rates | null
}

/** The limits that follow from the tenant's plan. */
export interface TenantLimits extends Rates {
  /** Model ids the tenant may use; null means every model served. */
  models: readonly string[] | null
  retentionDays: number
  /** The most rows of one evaluation. */
  evaluationRows: number
}

/** Checks API keys. Unknown, revoked and expired keys get one and the same answer. */
export interface Authenticator {
  /** `address` reads the client's, which lookups of unknown keys are bounded by. */
  authenticate(
    authorization: string | undefined,
    address: () => string,
  ): Promise<{ identity: Identity } | { failure: Failure }>
  /** The identity of a key that this isolate has checked seconds ago; null when `authenticate` has to look. */
  recall(authorization: string | null): Identity | null
  /** Drops what is remembered, after a change to a key or a tenant. */
  forget(): void
}
