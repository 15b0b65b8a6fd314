import type { TenantObject } from '../tenant/object.ts'
import type { Batches } from './batches.ts'

/** The names of what can be done with a tenant's files and batches. */
export type BatchCall = {
  [Name in keyof Batches]: Batches[Name] extends (...args: never[]) => unknown ? Name : never
}[keyof Batches]

export type TenantBatches = {
  [Name in BatchCall]: (...args: Parameters<Batches[Name]>) => Promise<Awaited<ReturnType<Batches[Name]>>>
}

/** Hands every method on to the object as one remote call. */
export function batchesOf(tenant: DurableObjectStub<TenantObject>): TenantBatches {
  const call =
    (_: object, name: BatchCall) =>
    (...args: unknown[]) =>
      tenant.batches(name, args)
  return new Proxy({}, { get: call as ProxyHandler<object>['get'] }) as TenantBatches
}
