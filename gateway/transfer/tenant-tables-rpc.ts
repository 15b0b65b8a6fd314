import type { Env } from '../env.ts'
import { type Remote, rpc } from '../platform/object-rpc.ts'
import type { TenantTables } from './tenant-tables.ts'

/** The tables of a tenant, as an operator moves them. */
export const tenantTables = (env: Env, tenantId: string): Remote<TenantTables> =>
  rpc<TenantTables>(env.TENANTS.getByName(tenantId), 'tables')
