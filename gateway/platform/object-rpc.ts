import type { TenantObject } from '../tenant-object.ts'

/** Names of the methods of a part of a tenant's object. */
export type CallOf<Part> = {
  [Name in keyof Part]: Part[Name] extends (...args: never[]) => unknown ? Name : never
}[keyof Part]

/** A part of a tenant's object as callers outside of it see it: every method answers later. */
export type Remote<Part> = {
  [Name in CallOf<Part>]: Part[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never
}

/** The methods of the object that take calls for its parts. */
export type PartName = 'evaluations' | 'files' | 'batches'

/** Hands every method of a part on to the object as one remote call. */
export function remotePart<Part>(tenant: DurableObjectStub<TenantObject>, part: PartName): Remote<Part> {
  const call =
    (_: object, name: string) =>
    (...args: unknown[]) =>
      tenant.callPart(part, name, args)
  return new Proxy({}, { get: call as ProxyHandler<object>['get'] }) as Remote<Part>
}
