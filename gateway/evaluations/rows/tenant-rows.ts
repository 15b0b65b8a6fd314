import { type Remote, rpc } from '../../platform/object-rpc.ts'
import type { TenantStub } from '../../tenant-rpc.ts'
import type { EvaluationRows } from './evaluation-rows.ts'

export const tenantRows = (tenant: TenantStub): Remote<EvaluationRows> => rpc<EvaluationRows>(tenant, 'rows')
