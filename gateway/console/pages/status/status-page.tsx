import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { CopyButton } from '../../components/copied.tsx'
import { CsrfField } from '../../components/csrf-field.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { Session } from '../../sessions/roles.ts'
import type { View } from '../../view.ts'
import {
  type ApplicationStatus,
  awaitsMail,
  isClosed,
  isOpen,
  type StatusName,
} from './application-status.ts'
import { ApplicationHistory, Stages } from './stages.tsx'

interface StatusPageProps {
  view: View
  session: Session
  status: ApplicationStatus
  /** The status token, on the one page after submitting. */
  newToken: string | null
  /** The last action. */
  notice?: string
  problem?: ProblemBody
}

/** State of an application, open questions, and the applicant's actions. */
export function StatusPage({ view, session, status, newToken, notice, problem }: StatusPageProps) {
  const { t } = view
  const name = status.status as StatusName
  return (
    <Page view={view} title={t.status.title} scripts={['copy.js']}>
      <div class="narrow stack">
        <h1>{t.status.names[name] ?? status.status}</h1>
        {newToken !== null && <NewApplication view={view} id={status.id} token={newToken} />}
        {notice !== undefined && (
          <p class="notice" role="status">
            {notice}
          </p>
        )}
        {problem !== undefined && <Failure t={t} problem={problem} />}
        <Stages view={view} status={status.status} />
        <p>
          {t.status.explain[name]}{' '}
          {status.waiting_for !== null && <strong>{t.status.turn[status.waiting_for]}</strong>}
        </p>
        {status.mail !== null && awaitsMail(status.status) && (
          <p class="soft small">{t.status.mail[status.mail]}</p>
        )}
        {status.question !== null && <Question view={view} session={session} question={status.question} />}
        {status.rejection !== null && <Rejection view={view} rejection={status.rejection} />}
        <dl class="facts">
          <dt>{t.status.id}</dt>
          <dd>
            <code>{status.id}</code>
          </dd>
          <dt>{t.status.submittedAt}</dt>
          <dd>
            <Timestamp at={status.submitted_at} view={view} />
          </dd>
          <dt>{t.status.changedAt}</dt>
          <dd>
            <Timestamp at={status.changed_at} view={view} />
          </dd>
        </dl>
        <Actions view={view} session={session} status={status} />
        <ApplicationHistory view={view} history={status.history} />
      </div>
    </Page>
  )
}

function NewApplication({ view, id, token }: { view: View; id: string; token: string }) {
  const { t } = view
  return (
    <section class="notice" aria-labelledby="received">
      <h2 id="received">{t.status.received}</h2>
      <p>{t.status.receivedText}</p>
      <dl class="facts">
        <dt>{t.status.id}</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>{t.status.token}</dt>
        <dd>
          <code id="status-token">{token}</code> <CopyButton t={t} of="status-token" />
        </dd>
      </dl>
    </section>
  )
}

function Question({ view, session, question }: { view: View; session: Session; question: string }) {
  const { t } = view
  return (
    <form class="card" method="post" action="/status/answer">
      <CsrfField session={session} />
      <h2>{t.status.asked}</h2>
      <p class="quoted written">{question}</p>
      <Field t={t} name="answer" label={t.status.answer}>
        <textarea rows={5} required maxlength={4000} {...described('answer', undefined, undefined)} />
      </Field>
      <button class="button primary" type="submit">
        {t.status.sendAnswer}
      </button>
    </form>
  )
}

function Rejection({
  view,
  rejection,
}: {
  view: View
  rejection: NonNullable<ApplicationStatus['rejection']>
}) {
  const { t } = view
  const codes: Record<string, string> = t.status.codes
  return (
    <section class="notice wrong">
      <h2>
        {t.status.rejection}: {codes[rejection.code] ?? rejection.code}
      </h2>
      <p class="written">{rejection.message}</p>
      {rejection.may_reapply ? <a href="/apply">{t.status.reapply}</a> : <p>{t.status.noReapply}</p>}
    </section>
  )
}

function Actions({ view, session, status }: { view: View; session: Session; status: ApplicationStatus }) {
  const { t } = view
  if (isClosed(status.status)) return null
  return (
    <>
      <p class="row">
        {isOpen(status.status) && (
          <a class="button" href="/status/edit">
            {t.status.edit}
          </a>
        )}
        <a class="button" href="/status/data" download={`${status.id}.json`}>
          {t.status.data}
        </a>
        {status.status === 'submitted' && (
          <button class="button" type="submit" form="resend">
            {t.status.resend}
          </button>
        )}
      </p>
      {status.status === 'submitted' && (
        <form method="post" action="/status/resend" id="resend">
          <CsrfField session={session} />
        </form>
      )}
      <details>
        <summary>{t.status.withdraw}</summary>
        <form method="post" action="/status/withdraw">
          <CsrfField session={session} />
          <p>{t.status.withdrawText}</p>
          <button class="button danger" type="submit">
            {t.status.withdrawConfirm}
          </button>
        </form>
      </details>
    </>
  )
}
