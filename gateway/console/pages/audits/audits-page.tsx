import type { Audit } from '../../../../schema/api/audits.ts'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import { EvaluationStatus } from '../evaluations/evaluation-status.tsx'
import { AuditForm } from './audit-form.tsx'

interface AuditsPageProps {
  view: View
  audits: Audit[]
  models: string[]
  next: string | null
  problem?: ProblemBody
}

/** The form for a new audit, and the audits there are. */
export function AuditsPage({ view, audits, models, next, problem }: AuditsPageProps) {
  const { t } = view
  const text = t.audits
  return (
    <Page view={view} title={text.title} scripts={['upload.js']}>
      <PageHead title={text.title} lead={text.lead} />
      {problem !== undefined && <Failure t={t} problem={problem} />}
      <AuditForm view={view} models={models} />
      <section class="section" aria-labelledby="list">
        <h2 id="list">{text.list.title}</h2>
        {audits.length === 0 ? (
          <p class="empty">{text.list.empty}</p>
        ) : (
          <DataTable label={text.list.title} columns={getColumns(view)} rows={audits} />
        )}
        {next !== null && (
          <a class="button" href={`/audits?after=${encodeURIComponent(next)}`}>
            {t.common.more}
          </a>
        )}
      </section>
    </Page>
  )
}

function getColumns(view: View): Column<Audit>[] {
  const text = view.t.audits.list
  const { list } = view.t.evaluations
  return [
    {
      title: list.name,
      as: 'name',
      of: ({ id, name }) => <a href={`/audits/${encodeURIComponent(id)}`}>{name}</a>,
    },
    { title: list.status, of: ({ status }) => <EvaluationStatus t={view.t} status={status} /> },
    { title: list.progress, as: 'number', of: ({ progress }) => `${Math.floor(progress * 100)}%` },
    { title: list.judge, as: 'small', of: ({ model }) => model },
    { title: text.rows, as: 'number', of: ({ rows, file_rows }) => `${rows} / ${file_rows}` },
    {
      title: text.baseline,
      as: 'small',
      of: ({ baseline }) =>
        baseline === null ? (
          view.t.common.none
        ) : (
          <a href={`/audits/${encodeURIComponent(baseline)}`}>{text.openBaseline}</a>
        ),
    },
    { title: list.created, as: 'moment', of: ({ created }) => <Timestamp at={created * 1000} view={view} /> },
  ]
}
