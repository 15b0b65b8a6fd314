/** Names of the methods of a part of a tenant's object. */
export type MethodName<Part> = {
  [Name in keyof Part]: Part[Name] extends (...args: never[]) => unknown ? Name : never
}[keyof Part]

/** A part of a tenant's object as seen from outside: every method returns a promise. */
export type Remote<Part> = {
  [Name in MethodName<Part>]: Part[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never
}

/** The parts of the object that take calls. */
export type PartName =
  | 'evaluations'
  | 'datasets'
  | 'deliveries'
  | 'archives'
  | 'rows'
  | 'audits'
  | 'files'
  | 'batches'
  | 'jobs'
  | 'tables'

/** The one method of the object's stub that all calls of its parts go through. */
interface PartCaller {
  call(part: PartName, method: string, args: unknown[]): unknown
}

/** Returns a part of the object whose methods are remote calls. */
export function rpc<Part>(tenant: PartCaller, part: PartName): Remote<Part> {
  const call =
    (_: object, name: string) =>
    (...args: unknown[]) =>
      tenant.call(part, name, args)
  return new Proxy({}, { get: call as ProxyHandler<object>['get'] }) as Remote<Part>
}
