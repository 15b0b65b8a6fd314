import type { TenantObject } from '../tenant/object.ts'
import type { Evaluations } from './evaluations.ts'

/** The evaluations of a tenant as callers outside its object see them: every method answers later. */
export type TenantEvaluations = {
  [Name in keyof Evaluations as Evaluations[Name] extends (...args: never[]) => unknown ? Name : never]: (
    ...args: Parameters<Evaluations[Name]>
  ) => Promise<Awaited<ReturnType<Evaluations[Name]>>>
}

/** The platform's own types of remote calls lose tuples and unions; what travels is the same. */
export function evaluationsOf(tenant: DurableObjectStub<TenantObject>): TenantEvaluations {
  return tenant.evaluations as unknown as TenantEvaluations
}
