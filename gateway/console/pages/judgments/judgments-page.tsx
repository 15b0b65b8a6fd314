import type { Judgment } from '../../../../schema/api/judgments.ts'
import type { Column } from '../../components/data-table.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { RatingTag } from '../../components/rating-tag.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import { type JudgmentFilter, JudgmentFilters } from './judgment-filters.tsx'

interface JudgmentsPageProps {
  view: View
  judgments: Judgment[]
  filter: JudgmentFilter
  models: string[]
  /** The query of the next page, or null on the last one. */
  next: string | null
}

/** Judgments, newest first. */
export function JudgmentsPage({ view, judgments, filter, models, next }: JudgmentsPageProps) {
  const { t } = view
  const text = t.judgments
  return (
    <ListPage
      view={view}
      text={text}
      columns={getColumns(view)}
      rows={judgments}
      empty={<Empty view={view} filtered={Object.keys(filter).length > 0} />}
      next={next === null ? null : `/judgments?${next}`}
      before={<JudgmentFilters view={view} filter={filter} models={models} />}
    />
  )
}

function getColumns(view: View): Column<Judgment>[] {
  const text = view.t.judgments
  return [
    {
      title: text.rating,
      of: ({ rating, verdict }) => <RatingTag t={view.t} rating={rating} verdict={verdict} />,
    },
    {
      title: text.explanation,
      as: 'wide',
      of: ({ id, explanation }) => (
        <a href={`/judgments/${encodeURIComponent(id)}`} lang="ko">
          {excerpt(explanation) || id}
        </a>
      ),
    },
    {
      title: text.model,
      as: 'moment',
      of: ({ model, template }) => (
        <>
          {model}
          <br />
          <span class="soft">{template}</span>
        </>
      ),
    },
    { title: text.created, as: 'moment', of: ({ created }) => <Timestamp at={created * 1000} view={view} /> },
  ]
}

function Empty({ view, filtered }: { view: View; filtered: boolean }) {
  const text = view.t.judgments
  if (filtered) return <p class="empty">{text.noneMatch}</p>
  return (
    <div class="empty">
      <h2>{text.emptyTitle}</h2>
      <p>{text.emptyText}</p>
      <a class="button primary" href="/judge">
        {text.emptyLink}
      </a>
    </div>
  )
}

const excerpt = (text: string) => (text.length > 120 ? `${[...text].slice(0, 120).join('')}…` : text)
