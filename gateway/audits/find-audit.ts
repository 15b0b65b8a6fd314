import { FailureError, reason } from '../../schema/api/errors.ts'
import type { GatewayContext } from '../http/context.ts'
import type { AuditRecord } from './audit-store.ts'
import { tenantAudits } from './tenant-audits.ts'

/** An audit of the caller's tenant. */
export async function findAudit(c: GatewayContext, id: string): Promise<AuditRecord> {
  return (await tenantAudits(c.get('tenant')).get(id)) ?? noSuchAudit()
}

export function noSuchAudit(): never {
  throw new FailureError({ code: 'not_found', ...reason('no_audit'), source: 'gateway' })
}
