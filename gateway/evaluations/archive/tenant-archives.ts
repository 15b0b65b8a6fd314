import { type Remote, rpc } from '../../platform/object-rpc.ts'
import type { TenantStub } from '../../tenant-rpc.ts'
import type { Archives } from './archives.ts'

export type TenantArchives = Remote<Archives>

export const tenantArchives = (tenant: TenantStub) => rpc<Archives>(tenant, 'archives')
