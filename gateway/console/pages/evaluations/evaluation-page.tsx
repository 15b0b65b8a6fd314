import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { Report } from '../../../../schema/api/reports.ts'
import { Page } from '../../components/page.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import { DatasetName } from './datasets/dataset-name.tsx'
import { EvaluationEditor } from './evaluation-editor.tsx'
import { EvaluationStatus } from './evaluation-status.tsx'
import { ReportView } from './report-view.tsx'
import { type Delay, Run } from './run.tsx'
import { Tags } from './tags.tsx'

interface EvaluationPageProps {
  view: View
  evaluation: Evaluation
  report: Report | null
  /** The models that nodes serve just now; null where that is not known. */
  models: string[] | null
  now: number
  /** Others that it may be compared with. */
  others: Evaluation[]
}

/** One evaluation: how far it is, and its tables as soon as there is something to count. */
export function EvaluationPage(props: EvaluationPageProps) {
  const { view, evaluation, report, others, models, now } = props
  const { t } = view
  return (
    <Page view={view} title={evaluation.name} scripts={['progress.js']}>
      <p>
        <a href="/evaluations">← {t.evaluations.title}</a>
      </p>
      <div class="page-head">
        <h1>
          {evaluation.name} <EvaluationStatus t={t} status={evaluation.status} />
          {evaluation.imported !== null && <span class="tag">{t.evaluations.list.imported}</span>}
        </h1>
        <p class="small">
          {evaluation.dataset !== null && (
            <>
              {t.evaluations.datasets.dataset} <DatasetName dataset={evaluation.dataset} /> ·{' '}
            </>
          )}
          {evaluation.model} · {evaluation.protocol} · {evaluation.template} ·{' '}
          <Timestamp at={evaluation.created * 1000} view={view} /> · <code>{evaluation.id}</code>
        </p>
        <Tags tags={evaluation.tags} />
        <EvaluationEditor view={view} evaluation={evaluation} back={view.path} />
      </div>
      <Run
        view={view}
        work={evaluation}
        resumable={evaluation.imported === null}
        collection="evaluations"
        delay={getDelay(evaluation, models, now)}
        still={stillFor(evaluation, now)}
      />
      {report === null || nothingYet(evaluation) ? (
        <p class="empty section">{t.evaluations.run.waiting}</p>
      ) : (
        <ReportView view={view} report={report} others={others} />
      )}
    </Page>
  )
}

const nothingYet = ({ status, counts }: Evaluation) =>
  status !== 'cancelled' && counts.judgments === counts.pending

const longMs = 60_000

/** Milliseconds since the last judgment, or since the start or resumption of the work. */
const stillFor = ({ progressed_at: progressed }: Evaluation, now: number) =>
  progressed === null ? 0 : now - Date.parse(progressed)

/** The obstacle of a waiting evaluation: no node serves the judge, or no node has answered for a minute. */
function getDelay(evaluation: Evaluation, models: string[] | null, now: number): Delay | null {
  const { status, model } = evaluation
  if (status !== 'running') return null
  if (models !== null && !models.includes(model)) return 'noNode'
  return stillFor(evaluation, now) > longMs ? 'stalled' : null
}
