import { FilterField } from '../../components/filter-field.tsx'
import type { View } from '../../view.ts'

export const auditFilterNames = ['action', 'actor', 'subject'] as const
export type AuditLogFilter = Partial<Record<(typeof auditFilterNames)[number], string>>

/** Filters of the log: action, actor and target. */
export function AuditLogFilters({ view, filter }: { view: View; filter: AuditLogFilter }) {
  const text = view.t.operator.audit
  const rows = view.t.evaluations.rows
  const field = (name: 'actor' | 'subject', label: string) => (
    <FilterField name={name} label={label}>
      <input id={name} name={name} type="text" maxlength={254} value={filter[name]} />
    </FilterField>
  )
  return (
    <form class="filter-grid card" method="get">
      <FilterField name="action" label={text.action}>
        <select id="action" name="action">
          <option value="">{rows.all}</option>
          {Object.entries(text.actions).map(([action, title]) => (
            <option value={action} selected={action === filter.action}>
              {title}
            </option>
          ))}
        </select>
      </FilterField>
      {field('actor', text.actor)}
      {field('subject', text.subject)}
      <p class="row">
        <button class="button compact primary" type="submit">
          {rows.apply}
        </button>
        {Object.keys(filter).length > 0 && (
          <a class="button compact" href="/operator/audit">
            {rows.clear}
          </a>
        )}
      </p>
    </form>
  )
}
