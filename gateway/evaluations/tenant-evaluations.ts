import type { TenantObject } from '../tenant/object.ts'
import type { Evaluations } from './evaluations.ts'

/** The names of what can be done with a tenant's evaluations. */
export type EvaluationCall = {
  [Name in keyof Evaluations]: Evaluations[Name] extends (...args: never[]) => unknown ? Name : never
}[keyof Evaluations]

/** The evaluations of a tenant as callers outside its object see them: every method answers later. */
export type TenantEvaluations = {
  [Name in EvaluationCall]: (
    ...args: Parameters<Evaluations[Name]>
  ) => Promise<Awaited<ReturnType<Evaluations[Name]>>>
}

/** Hands every method on to the object as one remote call. */
export function evaluationsOf(tenant: DurableObjectStub<TenantObject>): TenantEvaluations {
  const call =
    (_: object, name: EvaluationCall) =>
    (...args: unknown[]) =>
      tenant.evaluations(name, args)
  return new Proxy({}, { get: call as ProxyHandler<object>['get'] }) as TenantEvaluations
}
