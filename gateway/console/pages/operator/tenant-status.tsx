import type { Texts } from '../../texts/texts.ts'
import type { Tenant } from './operator-api.ts'

export function TenantStatus({ t, status }: { t: Texts; status: Tenant['status'] }) {
  const tone = status === 'active' ? 'tag good' : 'tag bad'
  return <span class={tone}>{t.operator.tenants.statuses[status]}</span>
}
