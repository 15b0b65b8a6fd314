import { type Remote, remotePart } from '../platform/object-rpc.ts'
import type { TenantObject } from '../tenant-object.ts'
import type { Batches } from './batches.ts'
import type { Files } from './files.ts'

export type TenantFiles = Remote<Files>
export type TenantBatches = Remote<Batches>

type Tenant = DurableObjectStub<TenantObject>

export const filesOf = (tenant: Tenant) => remotePart<Files>(tenant, 'files')
export const batchesOf = (tenant: Tenant) => remotePart<Batches>(tenant, 'batches')
