import type { ProblemBody } from '../../../../../schema/api/error-body.ts'
import type { EvaluationRow, RowAgreement } from '../../../../../schema/api/evaluation-rows.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import type { Judgment } from '../../../../../schema/api/judgments.ts'
import { Failure } from '../../../components/failure.tsx'
import { Page } from '../../../components/page.tsx'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'
import { AgreementFigures } from './agreement-figures.tsx'
import { JudgeAgain, JudgedAgain } from './judge-again.tsx'
import { RowTurnSection } from './row-turn.tsx'
import { type RowsQuery, toPageQuery } from './rows-query.ts'

export interface RowPageProps {
  view: View
  evaluation: Evaluation
  row: EvaluationRow
  agreement: RowAgreement
  models: string[]
  query: RowsQuery
  judgedAgain?: Judgment[]
  problem?: ProblemBody
}

/** One row with everything side by side. The arrow keys and j, k lead to its neighbours. */
export function RowPage(props: RowPageProps) {
  const { view, evaluation, row, agreement, models, query, judgedAgain, problem } = props
  const { t } = view
  const text = t.evaluations.rows
  const rows = `/evaluations/${encodeURIComponent(evaluation.id)}/rows`
  const toRow = (number: number, step = '') => `${rows}/${number}${step}${toPageQuery(query)}`
  const action = (step: string) => toRow(row.row, `/${step}`)
  return (
    <Page view={view} title={`${row.id} · ${evaluation.name}`} scripts={['rows.js']} wide>
      <p>
        <a href={rows + toPageQuery(query)}>← {text.title}</a> ·{' '}
        <a href={`/evaluations/${encodeURIComponent(evaluation.id)}`}>{evaluation.name}</a>
      </p>
      <div class="row row-head">
        <h1>{row.id}</h1>
        <span class="soft small">{[row.category, row.model].filter(Boolean).join(' · ')}</span>
        <nav class="row" aria-label={text.neighbours}>
          <Step to={row.place?.previous} rel="prev" label={text.previousRow} keys="← k" toRow={toRow} />
          {row.place !== null && (
            <span class="number small">
              {count(row.place.position, view)} / {count(row.place.total, view)}
            </span>
          )}
          <Step to={row.place?.next} rel="next" label={text.nextRow} keys="→ j" toRow={toRow} />
        </nav>
        <span class="row switches">
          <a class="button compact" href={toPageQuery(query, { source: !query.source }) || '?'}>
            {query.source ? text.rendered : text.source}
          </a>
          <a class="button compact" href={toPageQuery(query, { blind: !query.blind }) || '?'}>
            {query.blind ? text.blindOff : text.blindOn}
          </a>
        </span>
      </div>
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {judgedAgain !== undefined && <JudgedAgain view={view} judgments={judgedAgain} />}
      {row.turns.map((turn) => (
        <RowTurnSection view={view} row={row} turn={turn} query={query} action={action} />
      ))}
      <div class="section stack">
        <AgreementFigures view={view} evaluation={evaluation.id} agreement={agreement} />
        <JudgeAgain view={view} row={row} models={models} model={evaluation.model} action={action} />
      </div>
    </Page>
  )
}

interface StepProps {
  to: number | null | undefined
  rel: 'prev' | 'next'
  label: string
  keys: string
  toRow: (number: number) => string
}

function Step({ to, rel, label, keys, toRow }: StepProps) {
  if (to == null) return null
  return (
    <a class="button compact" rel={rel} href={toRow(to)} aria-keyshortcuts={shortcuts[rel]}>
      {label} <kbd>{keys}</kbd>
    </a>
  )
}

const shortcuts = { prev: 'ArrowLeft K', next: 'ArrowRight J' }
