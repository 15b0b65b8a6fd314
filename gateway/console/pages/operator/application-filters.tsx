import { applicationStatuses } from '../../../../schema/api/application-status.ts'
import { FilterField } from '../../components/filter-field.tsx'
import type { View } from '../../view.ts'
import type { Reviewer } from './operator-api.ts'

export const applicationFilterNames = ['status', 'assignee', 'waiting_days'] as const
export type ApplicationFilter = Partial<Record<(typeof applicationFilterNames)[number], string>>

interface ApplicationFiltersProps {
  view: View
  reviewers: Reviewer[]
  filter: ApplicationFilter
}

const waits = [1, 3, 7, 14]

/** The form that narrows the list: state, assignee, how long an application has been waiting. */
export function ApplicationFilters({ view, reviewers, filter }: ApplicationFiltersProps) {
  const { t } = view
  const text = t.operator.applications
  const rows = t.evaluations.rows
  const choices: Record<(typeof applicationFilterNames)[number], [string, string][]> = {
    status: [
      ['', text.waiting],
      ['all', text.all],
      ...applicationStatuses.map((one): [string, string] => [one, t.status.names[one]]),
    ],
    assignee: [
      ['', rows.all],
      ['me', text.mine],
      ['none', text.unassigned],
      ...reviewers.filter(({ you }) => !you).map(({ id, name }): [string, string] => [id, name]),
    ],
    waiting_days: [
      ['', rows.all],
      ...waits.map((days): [string, string] => [`${days}`, text.waitingDays(days)]),
    ],
  }
  const labels = { status: text.status, assignee: text.assignee, waiting_days: text.waitingTime }
  return (
    <form class="filter-grid card" method="get">
      {applicationFilterNames.map((name) => (
        <FilterField name={name} label={labels[name]}>
          <select id={name} name={name}>
            {choices[name].map(([value, label]) => (
              <option value={value} selected={value === (filter[name] ?? '')}>
                {label}
              </option>
            ))}
          </select>
        </FilterField>
      ))}
      <p class="row">
        <button class="button compact primary" type="submit">
          {rows.apply}
        </button>
        {Object.keys(filter).length > 0 && (
          <a class="button compact" href="/operator/applications">
            {rows.clear}
          </a>
        )}
      </p>
    </form>
  )
}
