import type { Evaluation, Report } from '../../../../schema/api/evaluations.ts'
import { Page } from '../../components/page.tsx'
import { when } from '../../format.ts'
import type { View } from '../../view.ts'
import { EvaluationStatus } from './evaluation-status.tsx'
import { ReportView } from './report-view.tsx'
import { Run } from './run.tsx'

interface EvaluationPageProps {
  view: View
  evaluation: Evaluation
  report: Report | null
  /** Others that it may be compared with. */
  others: Evaluation[]
}

/** One evaluation: how far it is, and its tables as soon as there is something to count. */
export function EvaluationPage({ view, evaluation, report, others }: EvaluationPageProps) {
  const { t } = view
  return (
    <Page view={view} title={evaluation.name} scripts={['progress.js']}>
      <p>
        <a href="/evaluations">← {t.evaluations.title}</a>
      </p>
      <div class="page-head">
        <h1>
          {evaluation.name} <EvaluationStatus t={t} status={evaluation.status} />
        </h1>
        <p class="small">
          {evaluation.model} · {evaluation.protocol} · {evaluation.template} ·{' '}
          {when(evaluation.created * 1000, view)} · <code>{evaluation.id}</code>
        </p>
      </div>
      <Run view={view} evaluation={evaluation} />
      {report === null || report.summary.judgments === report.summary.pending ? (
        <p class="empty section">{t.evaluations.run.waiting}</p>
      ) : (
        <ReportView view={view} report={report} others={others} />
      )}
    </Page>
  )
}
