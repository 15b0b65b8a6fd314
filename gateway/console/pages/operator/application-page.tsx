import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { StatusTag } from '../../components/status-tag.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import { duration } from '../../format.ts'
import type { View } from '../../view.ts'
import { ApplicationHistory } from '../status/stages.tsx'
import { Assignment } from './assignment.tsx'
import { Decisions } from './decisions.tsx'
import { Mails } from './mails.tsx'
import { Notes } from './notes.tsx'
import type { ApplicationDetail, Plan, Revealed, Reviewer } from './operator-api.ts'
import { Person } from './person.tsx'
import { RequestText } from './request-text.tsx'

interface ApplicationPageProps {
  view: View
  application: ApplicationDetail
  plans: Plan[]
  reviewers: Reviewer[]
  /** Another application to look at side by side. */
  beside: ApplicationDetail | null
  revealed: Revealed | null
  done: boolean
  problem?: ProblemBody
}

/** One application in front of a reviewer. */
export function ApplicationPage(props: ApplicationPageProps) {
  const { view, application, beside, problem } = props
  const { t } = view
  const text = t.operator.application
  return (
    <Page view={view} title={`${text.title} ${application.id}`}>
      <p>
        <a href="/operator/applications">← {t.operator.applications.title}</a>
      </p>
      <div class="page-head">
        <h1>
          {text.title} <StatusTag t={t} status={application.status} />
        </h1>
        <p class="small">
          <code>{application.id}</code> · <Timestamp at={application.submitted_at} view={view} /> ·{' '}
          {t.operator.applications.waitingTime} {duration(application.waiting_seconds, t)}
        </p>
      </div>
      {props.done && (
        <p class="notice" role="status">
          {text.done}
        </p>
      )}
      {problem !== undefined && <Failure t={t} problem={problem} />}
      <div class={beside === null ? 'columns with-side' : 'columns'}>
        <RequestText view={view} title={text.request} application={application} />
        {beside === null ? (
          <div class="stack">
            <Assignment {...props} />
            <Person {...props} />
            <Overlaps view={view} application={application} />
          </div>
        ) : (
          <RequestText view={view} title={text.besideTitle(beside.id)} application={beside} />
        )}
      </div>
      <div class="section">
        <Notes view={view} application={application} />
      </div>
      <section class="section">
        <Decisions {...props} />
      </section>
      <section class="section columns">
        <Mails view={view} application={application} />
        <ApplicationHistory view={view} history={application.history} />
      </section>
    </Page>
  )
}

function Overlaps({ view, application }: { view: View; application: ApplicationDetail }) {
  const { t } = view
  const text = t.operator.application
  const found = [
    ...application.duplicates.same_email.map((id) => ({ id, why: text.sameEmail })),
    ...application.duplicates.same_company.map((id) => ({ id, why: text.sameCompany })),
  ]
  if (found.length === 0) return null
  return (
    <section class="card">
      <h2>{t.operator.applications.duplicates}</h2>
      <ul>
        {found.map(({ id, why }) => (
          <li>
            {why}: <a href={`/operator/applications/${encodeURIComponent(id)}`}>{id}</a> ·{' '}
            <a href={`?beside=${encodeURIComponent(id)}`}>{text.beside}</a>
          </li>
        ))}
      </ul>
    </section>
  )
}
