import { rpc } from '../../platform/object-rpc.ts'
import type { TenantStub } from '../../tenant-rpc.ts'
import type { Datasets } from './datasets.ts'

export const tenantDatasets = (tenant: TenantStub) => rpc<Datasets>(tenant, 'datasets')
