import { type Remote, rpc } from '../platform/object-rpc.ts'
import type { TenantStub } from '../tenant-rpc.ts'
import type { Audits } from './audits.ts'

export type TenantAudits = Remote<Audits>

export const tenantAudits = (tenant: TenantStub) => rpc<Audits>(tenant, 'audits')
