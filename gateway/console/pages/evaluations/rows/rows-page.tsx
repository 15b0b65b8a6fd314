import type { RowAgreement, RowList, RowSummary } from '../../../../../schema/api/evaluation-rows.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { Page } from '../../../components/page.tsx'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'
import { AgreementFigures } from './agreement-figures.tsx'
import { RowFilters } from './row-filters.tsx'
import { type RowsQuery, toPageQuery } from './rows-query.ts'
import { TurnRating } from './turn-rating.tsx'

interface RowsPageProps {
  view: View
  evaluation: Evaluation
  query: RowsQuery
  rows: RowList
  offset: number
  agreement: RowAgreement
}

/** The rows of an evaluation, chosen and sorted; each leads to its own page. */
export function RowsPage({ view, evaluation, query, rows, offset, agreement }: RowsPageProps) {
  const text = view.t.evaluations.rows
  const page = `/evaluations/${encodeURIComponent(evaluation.id)}`
  const toOffset = (next: number) => {
    const parameters = new URLSearchParams(toPageQuery(query))
    parameters.set('offset', String(next))
    return `?${parameters}`
  }
  const before = Math.max(0, offset - pageLength)
  return (
    <Page view={view} title={`${text.title} · ${evaluation.name}`} scripts={['rows.js']}>
      <p>
        <a href={page}>← {evaluation.name}</a>
      </p>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{query.blind ? text.blindLead : text.lead}</p>
      </div>
      <p class="row">
        <a class="button compact" href={toPageQuery(query, { blind: !query.blind }) || '?'}>
          {query.blind ? text.blindOff : text.blindOn}
        </a>
        {rows.data[0] !== undefined && (
          <a class="button compact" href={`${page}/rows/${rows.data[0].row}${toPageQuery(query)}`}>
            {text.readFirst}
          </a>
        )}
      </p>
      <AgreementFigures view={view} evaluation={evaluation.id} agreement={agreement} />
      <RowFilters view={view} evaluation={evaluation} query={query} />
      <p class="small soft" role="status">
        {text.found(count(rows.total, view))}
      </p>
      {rows.data.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <DataTable label={text.title} columns={getColumns(view, `${page}/rows`, query)} rows={rows.data} />
      )}
      <nav class="row more" aria-label={text.pages}>
        {offset > 0 && (
          <a class="button" rel="prev" href={toOffset(before)}>
            {text.previousPage}
          </a>
        )}
        {rows.has_more && (
          <a class="button" rel="next" href={toOffset(offset + rows.data.length)}>
            {text.nextPage}
          </a>
        )}
      </nav>
    </Page>
  )
}

export const pageLength = 50

function getColumns(view: View, rows: string, query: RowsQuery): Column<RowSummary>[] {
  const { t } = view
  const text = t.evaluations.rows
  return [
    {
      title: text.row,
      as: 'name',
      of: ({ row, id, category, model }) => (
        <>
          <a href={`${rows}/${row}${toPageQuery(query)}`}>{id}</a>
          <br />
          <span class="soft small">{[category, model].filter(Boolean).join(' · ')}</span>
        </>
      ),
    },
    {
      title: `${t.judge.form.question} · ${t.judge.form.answer}`,
      as: 'wide',
      of: ({ question, answer }) => (
        <div class="excerpts small">
          <p>{question}</p>
          <p class="soft">{answer}</p>
        </div>
      ),
    },
    {
      title: text.rating,
      of: ({ turns }) => (
        <>
          {turns.map((turn) => (
            <div class="nowrap">
              <TurnRating view={view} turn={turn} hidden={query.blind && !turn.labelled_by_hand} />
            </div>
          ))}
        </>
      ),
    },
    {
      title: text.label,
      as: 'number',
      of: ({ turns }) => (
        <>
          {turns.map(({ label, labelled_by_hand: byHand }) => (
            <div>{label === null || (query.blind && !byHand) ? '–' : byHand ? `${label} ✎` : label}</div>
          ))}
        </>
      ),
    },
  ]
}
