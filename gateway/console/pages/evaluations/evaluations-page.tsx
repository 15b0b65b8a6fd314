import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
import { when } from '../../format.ts'
import type { View } from '../../view.ts'
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
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
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
          <Rows view={view} evaluations={evaluations} />
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

function Rows({ view, evaluations }: { view: View; evaluations: Evaluation[] }) {
  const text = view.t.evaluations.list
  return (
    <Table label={text.title}>
      <thead>
        <tr>
          <th scope="col">{text.name}</th>
          <th scope="col">{text.status}</th>
          <th scope="col">{text.progress}</th>
          <th scope="col">{text.judge}</th>
          <th scope="col">{text.created}</th>
        </tr>
      </thead>
      <tbody>
        {evaluations.map((evaluation) => (
          <tr>
            <th scope="row">
              <a href={`/evaluations/${encodeURIComponent(evaluation.id)}`}>{evaluation.name}</a>
            </th>
            <td>
              <EvaluationStatus t={view.t} status={evaluation.status} />
            </td>
            <td class="number">{Math.floor(evaluation.progress * 100)}%</td>
            <td class="small">
              {evaluation.model}
              <br />
              <span class="soft">{evaluation.protocol}</span>
            </td>
            <td class="small nowrap">{when(evaluation.created * 1000, view)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
