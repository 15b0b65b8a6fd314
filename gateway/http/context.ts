import type { Context } from 'hono'
import type { ApplicationRow } from '../../schema/db/control.ts'
import type { Identity } from '../auth/identity.ts'
import type { Env } from '../env.ts'
import type { Services } from '../services.ts'
import type { TenantStub } from '../tenant-rpc.ts'
import type { IncomingBody } from './body/incoming-body.ts'
import type { LogFields } from './log-fields.ts'
import type { ServerTiming } from './server-timing.ts'
import type { Trace } from './trace.ts'

/** Values that the middleware sets for the handlers. */
export interface Variables {
  requestId: string
  services: Services
  timing: ServerTiming
  trace: Trace
  /** For handlers that read the body as it arrives. */
  incoming: IncomingBody
  /** Set by `requireScope`; only routes that name a scope may read it. */
  identity: Identity
  /** The caller's own tenant object; set with the identity, so no route can reach another's. */
  tenant: TenantStub
  logFields: LogFields
  /** The stored judgments that the answer consists of, to answer a repeated request with. */
  judgmentIds: string[] | undefined
  /** The operator's id, which the audit log records; set by `requireOperator`. */
  operator: string
  /** The operator's name, for people to read. */
  operatorName: string
  /** The application that the status token opened; set by `requireApplicant`. */
  application: ApplicationRow
}

export interface GatewayEnv {
  Bindings: Env
  Variables: Variables
}

export type GatewayContext = Context<GatewayEnv>
