import { type Remote, rpc } from '../platform/object-rpc.ts'
import type { TenantStub } from '../tenant-rpc.ts'
import type { Batches } from './batches.ts'
import type { Files } from './files.ts'

export type TenantFiles = Remote<Files>

export const tenantFiles = (tenant: TenantStub) => rpc<Files>(tenant, 'files')
export const tenantBatches = (tenant: TenantStub) => rpc<Batches>(tenant, 'batches')
