import type { Evaluation, EvaluationResult } from '../../../../schema/api/evaluations.ts'
import { Page } from '../../components/page.tsx'
import { RatingTag } from '../../components/rating-tag.tsx'
import { Table } from '../../components/table.tsx'
import type { View } from '../../view.ts'
import type { RowFilter, RowPage } from './read-rows.ts'

interface RowsPageProps {
  view: View
  evaluation: Evaluation
  filter: RowFilter
  page: RowPage
}

const verdicts = ['rated', 'no_rating', 'truncated', 'failed'] as const

/** Every row with its explanation. */
export function RowsPage({ view, evaluation, filter, page }: RowsPageProps) {
  const { t } = view
  const text = t.evaluations.rows
  const categories = Object.keys(evaluation.preview?.categories ?? {})
  return (
    <Page view={view} title={`${text.title} · ${evaluation.name}`}>
      <p>
        <a href={`/evaluations/${encodeURIComponent(evaluation.id)}`}>← {evaluation.name}</a>
      </p>
      <h1>{text.title}</h1>
      <form class="row filters" method="get">
        <label for="verdict">{text.filter}</label>
        <select id="verdict" name="verdict">
          <option value="">{text.all}</option>
          {verdicts.map((verdict) => (
            <option value={verdict} selected={verdict === filter.verdict}>
              {text.verdicts[verdict]}
            </option>
          ))}
        </select>
        {categories.length > 1 && (
          <>
            <label for="category">{text.category}</label>
            <select id="category" name="category">
              <option value="">{text.all}</option>
              {categories.map((category) => (
                <option value={category} selected={category === filter.category}>
                  {category}
                </option>
              ))}
            </select>
          </>
        )}
        <button class="button compact" type="submit">
          {text.apply}
        </button>
      </form>
      {page.rows.length === 0 ? <p class="empty">{text.empty}</p> : <Rows view={view} rows={page.rows} />}
      {page.next !== null && (
        <a
          class="button"
          href={`?${new URLSearchParams({ verdict: filter.verdict, category: filter.category, skip: `${page.next}` })}`}
        >
          {text.next}
        </a>
      )}
    </Page>
  )
}

function Rows({ view, rows }: { view: View; rows: EvaluationResult[] }) {
  const { t } = view
  const text = t.evaluations.rows
  return (
    <Table label={text.title}>
      <thead>
        <tr>
          <th scope="col">{text.row}</th>
          <th scope="col">{text.label}</th>
          <th scope="col">{text.rating}</th>
          <th scope="col">{text.explanation}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            <th scope="row">
              {row.id}
              <br />
              <span class="soft small">{[row.category, row.model].filter(Boolean).join(' · ')}</span>
            </th>
            <td class="number">{row.label ?? '–'}</td>
            <td>
              {row.verdict === 'failed' ? (
                <span class="tag bad">{text.verdicts.failed}</span>
              ) : (
                <RatingTag t={t} rating={row.rating} verdict={row.verdict} />
              )}
            </td>
            <td class="wide">
              <div class="written small" lang="ko">
                {row.explanation ?? row.error}
              </div>
              {row.judgment_id !== null && (
                <a class="small" href={`/judgments/${encodeURIComponent(row.judgment_id)}`}>
                  {t.judge.card.provenance}
                </a>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
