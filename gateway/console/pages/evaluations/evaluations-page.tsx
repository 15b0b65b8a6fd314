import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { Moment } from '../../components/moment.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import type { View } from '../../view.ts'
import { DatasetName } from './datasets/dataset-name.tsx'
import { EvaluationStatus } from './evaluation-status.tsx'
import { UploadForm } from './upload-form.tsx'

interface EvaluationsPageProps {
  view: View
  evaluations: Evaluation[]
  models: string[]
  next: string | null
  problem?: ProblemBody
}

export function EvaluationsPage({ view, evaluations, models, next, problem }: EvaluationsPageProps) {
  const { t } = view
  const text = t.evaluations
  return (
    <Page view={view} title={text.title} scripts={['upload.js']}>
      <PageHead title={text.title} lead={text.lead} />
      {problem !== undefined && <Failure t={t} problem={problem} />}
      <UploadForm view={view} models={models} />
      <section class="section" aria-labelledby="list">
        <h2 id="list">{text.list.title}</h2>
        {evaluations.length === 0 ? (
          <div class="empty">
            <h3>{text.list.emptyTitle}</h3>
            <p>{text.list.emptyText}</p>
          </div>
        ) : (
          <DataTable label={text.list.title} columns={getColumns(view)} rows={evaluations} />
        )}
        {next !== null && (
          <a class="button" href={`/evaluations?after=${encodeURIComponent(next)}`}>
            {t.common.more}
          </a>
        )}
      </section>
    </Page>
  )
}

function getColumns(view: View): Column<Evaluation>[] {
  const text = view.t.evaluations.list
  return [
    {
      title: text.name,
      as: 'name',
      of: ({ id, name, imported }) => (
        <>
          <a href={`/evaluations/${encodeURIComponent(id)}`}>{name}</a>{' '}
          {imported !== null && <span class="tag">{text.imported}</span>}
        </>
      ),
    },
    { title: text.status, of: ({ status }) => <EvaluationStatus t={view.t} status={status} /> },
    { title: text.progress, as: 'number', of: ({ progress }) => `${Math.floor(progress * 100)}%` },
    {
      title: view.t.evaluations.datasets.dataset,
      as: 'small',
      of: ({ dataset }) => dataset !== null && <DatasetName dataset={dataset} />,
    },
    {
      title: text.judge,
      as: 'small',
      of: ({ model, protocol }) => (
        <>
          {model}
          <br />
          <span class="soft">{protocol}</span>
        </>
      ),
    },
    { title: text.created, as: 'moment', of: ({ created }) => <Moment at={created * 1000} view={view} /> },
  ]
}
