import type { Column } from '../../components/data-table.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { StatusTag } from '../../components/status-tag.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import { duration } from '../../format.ts'
import type { View } from '../../view.ts'
import { type ApplicationFilter, ApplicationFilters } from './application-filters.tsx'
import type { ApplicationSummary, Reviewer } from './operator-api.ts'

interface ApplicationsPageProps {
  view: View
  applications: ApplicationSummary[]
  reviewers: Reviewer[]
  filter: ApplicationFilter
  next: string | null
}

/** The applications to review. */
export function ApplicationsPage({ view, applications, reviewers, filter, next }: ApplicationsPageProps) {
  const text = view.t.operator.applications
  return (
    <ListPage
      view={view}
      text={text}
      columns={getColumns(view)}
      rows={applications}
      empty={text.empty}
      next={next}
      before={<ApplicationFilters view={view} reviewers={reviewers} filter={filter} />}
    />
  )
}

function getColumns(view: View): Column<ApplicationSummary>[] {
  const { t } = view
  const text = t.operator.applications
  return [
    { title: t.operator.application.title, as: 'name', of: ({ id }) => <ApplicationLink id={id} /> },
    { title: text.waitingTime, of: (application) => waiting(view, application) },
    { title: text.status, of: ({ status }) => <StatusTag t={t} status={status} /> },
    { title: text.assignee, of: ({ assignee }) => <Assignee view={view} assignee={assignee} /> },
    { title: text.purpose, of: (application) => formatPurpose(view, application) },
    { title: text.duplicates, of: (application) => overlaps(view, application) },
    { title: text.mail, as: 'small', of: ({ mail }) => mail !== null && t.operator.mailStatuses[mail] },
    {
      title: text.submitted,
      as: 'moment',
      of: ({ submitted_at }) => <Timestamp at={submitted_at} view={view} />,
    },
  ]
}

function ApplicationLink({ id }: Pick<ApplicationSummary, 'id'>) {
  return (
    <a href={`/operator/applications/${encodeURIComponent(id)}`}>
      <code>{id}</code>
    </a>
  )
}

function waiting({ t }: View, { waiting_seconds: seconds, waiting_for: turn }: ApplicationSummary) {
  return (
    <>
      {duration(seconds, t)}
      <br />
      <span class="soft small nowrap">{turn !== null && t.operator.applications.turn[turn]}</span>
    </>
  )
}

function Assignee({ view, assignee }: { view: View; assignee: ApplicationSummary['assignee'] }) {
  const text = view.t.operator.applications
  if (assignee === null) return <span class="soft">{text.unassigned}</span>
  return <span class={assignee.you ? 'tag good' : 'tag'}>{assignee.you ? text.you : assignee.name}</span>
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
