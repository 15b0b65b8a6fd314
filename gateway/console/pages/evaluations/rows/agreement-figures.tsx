import type { RowAgreement } from '../../../../../schema/api/evaluation-rows.ts'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'

interface AgreementFiguresProps {
  view: View
  evaluation: string
  agreement: RowAgreement
}

const shown = ['spearman', 'quadratic_weighted_kappa', 'mean_absolute_error'] as const

/** Agreement of the judge with the labels, and the manual labels as files. */
export function AgreementFigures({ view, evaluation, agreement }: AgreementFiguresProps) {
  const { rows, report } = view.t.evaluations
  if (agreement.pairs === 0 && agreement.by_hand === 0) return null
  const labels = `/console/api/v1/evaluations/${encodeURIComponent(evaluation)}/labels`
  return (
    <section class="agreement" aria-label={report.agreement}>
      <dl class="numbers">
        <div>
          <dt>{rows.pairs}</dt>
          <dd>{count(agreement.pairs, view)}</dd>
        </div>
        <div>
          <dt>{rows.byHand}</dt>
          <dd>{count(agreement.by_hand, view)}</dd>
        </div>
        {shown.map((name) => (
          <div>
            <dt>{report.statistics[name]}</dt>
            <dd>{agreement[name]?.toFixed(2) ?? '–'}</dd>
          </div>
        ))}
      </dl>
      {agreement.by_hand > 0 && (
        <p class="small">
          {rows.exportLabels} <a href={`${labels}?format=csv&bom=true`}>CSV</a> · <a href={labels}>JSONL</a>
        </p>
      )}
    </section>
  )
}
