import type { EvaluationResult } from '../../../../schema/api/evaluation-results.ts'
import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Page } from '../../components/page.tsx'
import { RatingTag } from '../../components/rating-tag.tsx'
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
      {page.rows.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <DataTable label={text.title} columns={getColumns(view)} rows={page.rows} />
      )}
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

function getColumns({ t }: View): Column<EvaluationResult>[] {
  const text = t.evaluations.rows
  return [
    {
      title: text.row,
      as: 'name',
      of: ({ id, category, model }) => (
        <>
          {id}
          <br />
          <span class="soft small">{[category, model].filter(Boolean).join(' · ')}</span>
        </>
      ),
    },
    { title: text.label, as: 'number', of: ({ label }) => label ?? '–' },
    {
      title: text.rating,
      of: ({ rating, verdict }) =>
        verdict === 'failed' ? (
          <span class="tag bad">{text.verdicts.failed}</span>
        ) : (
          <RatingTag t={t} rating={rating} verdict={verdict} />
        ),
    },
    { title: text.explanation, as: 'wide', of: (row) => <Explanation t={t} row={row} /> },
  ]
}

function Explanation({ t, row }: { t: View['t']; row: EvaluationResult }) {
  const { explanation, error, judgment_id: judgment } = row
  return (
    <>
      <div class="written small" lang={explanation === null ? undefined : 'ko'}>
        {explanation ??
          (error && (
            <a href={`/docs/errors#${error}`}>{t.errors[error as keyof typeof t.errors]?.title ?? error}</a>
          ))}
      </div>
      {judgment !== null && (
        <a class="small" href={`/judgments/${encodeURIComponent(judgment)}`}>
          {t.judge.card.provenance}
        </a>
      )}
    </>
  )
}
