import { applicationStatuses } from '../../../../schema/api/application-status.ts'
import { ChoiceFilter } from '../../components/choice-filter.tsx'
import type { Column } from '../../components/data-table.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { Moment } from '../../components/moment.tsx'
import { StatusTag } from '../../components/status-tag.tsx'
import { duration } from '../../format.ts'
import type { View } from '../../view.ts'
import type { ApplicationSummary } from './operator-api.ts'

interface ApplicationsPageProps {
  view: View
  applications: ApplicationSummary[]
  /** The status asked for; empty for those that wait for a reviewer. */
  status: string
  next: string | null
}

/** The applications to review. */
export function ApplicationsPage({ view, applications, status, next }: ApplicationsPageProps) {
  const { t } = view
  const text = t.operator.applications
  const choices: [string, string][] = [
    ['', text.waiting],
    ['all', text.all],
    ...applicationStatuses.map((one): [string, string] => [one, t.status.names[one]]),
  ]
  return (
    <ListPage
      view={view}
      text={text}
      columns={getColumns(view)}
      rows={applications}
      empty={text.empty}
      next={next}
      before={
        <ChoiceFilter
          name="status"
          label={text.status}
          button={text.filter}
          choices={choices}
          chosen={status}
        />
      }
    />
  )
}

function getColumns(view: View): Column<ApplicationSummary>[] {
  const { t } = view
  const text = t.operator.applications
  return [
    { title: text.waitingTime, as: 'name', of: (application) => waiting(view, application) },
    { title: text.status, of: ({ status }) => <StatusTag t={t} status={status} /> },
    { title: text.purpose, of: (application) => formatPurpose(view, application) },
    { title: text.duplicates, of: (application) => overlaps(view, application) },
    { title: text.mail, as: 'small', of: ({ mail }) => mail !== null && t.operator.mailStatuses[mail] },
    {
      title: text.submitted,
      as: 'moment',
      of: ({ submitted_at }) => <Moment at={submitted_at} view={view} />,
    },
  ]
}

function waiting({ t }: View, { id, waiting_seconds: seconds, waiting_for: turn }: ApplicationSummary) {
  return (
    <>
      <a class="nowrap" href={`/operator/applications/${encodeURIComponent(id)}`}>
        {duration(seconds, t)}
      </a>
      <br />
      <span class="soft small nowrap">{turn !== null && t.operator.applications.turn[turn]}</span>
    </>
  )
}

function formatPurpose({ t }: View, { purpose, affiliation }: ApplicationSummary): string {
  const purposes: Record<string, string> = t.apply.purposes
  const affiliations: Record<string, string> = t.apply.affiliations
  return [purposes[purpose ?? ''], affiliations[affiliation ?? '']].filter(Boolean).join(' · ')
}

function overlaps({ t }: View, { duplicates }: ApplicationSummary) {
  const { sameEmail, sameCompany } = t.operator.application
  const parts = [
    ...(duplicates.same_email.length > 0 ? [`${sameEmail} ${duplicates.same_email.length}`] : []),
    ...(duplicates.same_company.length > 0 ? [`${sameCompany} ${duplicates.same_company.length}`] : []),
  ]
  return parts.map((part) => <span class="tag wait">{part}</span>)
}
