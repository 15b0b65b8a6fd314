import { type Remote, remotePart } from '../platform/object-rpc.ts'
import type { TenantObject } from '../tenant-object.ts'
import type { Evaluations } from './evaluations.ts'

export type TenantEvaluations = Remote<Evaluations>

export const evaluationsOf = (tenant: DurableObjectStub<TenantObject>) =>
  remotePart<Evaluations>(tenant, 'evaluations')
