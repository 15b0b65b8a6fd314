import { type Remote, rpc } from '../platform/object-rpc.ts'
import type { TenantStub } from '../tenant-rpc.ts'
import type { Evaluations } from './evaluations.ts'

export type TenantEvaluations = Remote<Evaluations>

export const tenantEvaluations = (tenant: TenantStub) => rpc<Evaluations>(tenant, 'evaluations')
