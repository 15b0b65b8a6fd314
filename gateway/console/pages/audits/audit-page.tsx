import type { Audit, AuditReport } from '../../../../schema/api/audits.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { Page } from '../../components/page.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'
import { EvaluationStatus } from '../evaluations/evaluation-status.tsx'
import { Run } from '../evaluations/run.tsx'
import { AuditReportView } from './audit-report-view.tsx'

interface AuditPageProps {
  view: View
  audit: Audit
  /** Null while it runs. */
  report: AuditReport | null
  /** Completed audits of the same cases. */
  others: Audit[]
}

/** One audit: how far it is, then what it found. */
export function AuditPage({ view, audit, report, others }: AuditPageProps) {
  const { t } = view
  const text = t.audits
  return (
    <Page view={view} title={audit.name} scripts={['progress.js']}>
      <p>
        <a href="/audits">← {text.title}</a>
      </p>
      <div class="page-head">
        <h1>
          {audit.name} <EvaluationStatus t={t} status={audit.status} />
        </h1>
        <p class="small">
          {audit.model} · {text.drawn(count(audit.rows, view), count(audit.file_rows, view))} ·{' '}
          <Timestamp at={audit.created * 1000} view={view} /> · <code>{audit.id}</code>
          {audit.baseline !== null && (
            <>
              {' '}
              · <a href={`/audits/${encodeURIComponent(audit.baseline)}`}>{text.list.openBaseline}</a>
            </>
          )}
        </p>
      </div>
      <Run view={view} work={audit} collection="audits" delay={null} still={0} />
      {report === null ? (
        <p class="empty section">{text.waiting}</p>
      ) : (
        <>
          <AuditReportView view={view} report={report} />
          <Further view={view} audit={audit} others={others} />
        </>
      )}
    </Page>
  )
}

/** Actions of a report: files, the same cases again, another judge on the same cases. */
function Further({ view, audit, others }: Omit<AuditPageProps, 'report'>) {
  const { t } = view
  const text = t.audits
  const page = `/audits/${encodeURIComponent(audit.id)}`
  const report = `/console/api/v1${page}/report`
  const words = t.evaluations.report
  const files = [
    { href: `${report}?format=html&language=${view.language}`, label: words.html },
    { href: `${report}?format=markdown&language=${view.language}`, label: words.markdown },
    { href: report, label: words.json },
  ]
  return (
    <div class="section columns">
      <section class="stack" aria-labelledby="downloads">
        <h2 id="downloads">{words.downloads}</h2>
        <ul>
          {files.map(({ href, label }) => (
            <li>
              <a href={href}>{label}</a>
            </li>
          ))}
          <li>
            <a href={`/evaluations/${encodeURIComponent(audit.evaluation)}/rows`}>{text.cases}</a>
          </li>
        </ul>
      </section>
      <div class="stack">
        {audit.status === 'completed' && (
          <section aria-labelledby="again">
            <h2 id="again">{text.drift}</h2>
            <p>{text.driftText(count(audit.counts.judgments, view))}</p>
            <ActionButton session={view.sessions.tenant} action={`${page}/again`} label={text.driftButton} />
          </section>
        )}
        {others.length > 0 && (
          <form method="get" action={`${page}/compare`}>
            <h2>{text.compare}</h2>
            <div class="field">
              <label for="with">{text.title}</label>
              <select id="with" name="with">
                {others.map(({ id, name, model, created }) => (
                  <option value={id}>
                    {name} · {model} · {new Date(created * 1000).toISOString().slice(0, 16).replace('T', ' ')}{' '}
                    UTC
                  </option>
                ))}
              </select>
            </div>
            <button class="button" type="submit">
              {words.compareButton}
            </button>
          </form>
        )}
      </div>
    </div>
  )
}
