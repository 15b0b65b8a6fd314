import { statuses } from '../../../access/states.ts'
import { Page } from '../../components/page.tsx'
import { StatusTag } from '../../components/status-tag.tsx'
import { Table } from '../../components/table.tsx'
import { duration, when } from '../../format.ts'
import type { View } from '../../view.ts'
import type { ApplicationSummary } from './operator-api.ts'

interface ApplicationsPageProps {
  view: View
  applications: ApplicationSummary[]
  /** The status asked for; empty for those that wait for a reviewer. */
  status: string
  next: string | null
}

export function ApplicationsPage({ view, applications, status, next }: ApplicationsPageProps) {
  const { t } = view
  const text = t.operator.applications
  return (
    <Page view={view} title={text.title}>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
      <form class="row filters" method="get">
        <label for="status">{text.status}</label>
        <select id="status" name="status">
          <option value="">{text.waiting}</option>
          <option value="all" selected={status === 'all'}>
            {text.all}
          </option>
          {statuses.map((one) => (
            <option value={one} selected={one === status}>
              {t.status.names[one]}
            </option>
          ))}
        </select>
        <button class="button compact" type="submit">
          {text.filter}
        </button>
      </form>
      {applications.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <Rows view={view} applications={applications} />
      )}
      {next !== null && (
        <a class="button" href={`/operator/applications?${next}`}>
          {t.common.more}
        </a>
      )}
    </Page>
  )
}

function Rows({ view, applications }: { view: View; applications: ApplicationSummary[] }) {
  const { t } = view
  const text = t.operator.applications
  return (
    <Table label={text.title}>
      <thead>
        <tr>
          <th scope="col">{text.waitingTime}</th>
          <th scope="col">{text.status}</th>
          <th scope="col">{text.purpose}</th>
          <th scope="col">{text.duplicates}</th>
          <th scope="col">{text.mail}</th>
          <th scope="col">{text.submitted}</th>
        </tr>
      </thead>
      <tbody>
        {applications.map((application) => (
          <tr>
            <th scope="row" class="nowrap">
              <a href={`/operator/applications/${encodeURIComponent(application.id)}`}>
                {duration(application.waiting_seconds, t)}
              </a>
              <br />
              <span class="soft small">
                {application.waiting_for !== null && text.turn[application.waiting_for]}
              </span>
            </th>
            <td>
              <StatusTag t={t} status={application.status} />
            </td>
            <td>{purposeOf(view, application)}</td>
            <td>{overlaps(view, application)}</td>
            <td class="small">{application.mail !== null && t.operator.mailStatuses[application.mail]}</td>
            <td class="small nowrap">{when(application.submitted_at, view)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function purposeOf({ t }: View, { purpose, affiliation }: ApplicationSummary): string {
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
