import type { Judgment } from '../../../../schema/api/judgments.ts'
import { verdicts } from '../../../../schema/api/judgments.ts'
import { Page } from '../../components/page.tsx'
import { RatingTag } from '../../components/rating-tag.tsx'
import { Table } from '../../components/table.tsx'
import { when } from '../../format.ts'
import type { View } from '../../view.ts'

interface JudgmentsPageProps {
  view: View
  judgments: Judgment[]
  /** The verdict asked for, empty for all. */
  verdict: string
  /** The query of the next page, or null on the last one. */
  next: string | null
}

export function JudgmentsPage({ view, judgments, verdict, next }: JudgmentsPageProps) {
  const { t } = view
  const text = t.judgments
  return (
    <Page view={view} title={text.title}>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
      <form class="row filters" method="get">
        <label for="verdict">{text.verdict}</label>
        <select id="verdict" name="verdict">
          <option value="">{text.all}</option>
          {verdicts.map((one) => (
            <option value={one} selected={one === verdict}>
              {t.judge.verdicts[one]}
            </option>
          ))}
        </select>
        <button class="button compact" type="submit">
          {text.filter}
        </button>
      </form>
      {judgments.length === 0 ? (
        <Empty view={view} filtered={verdict !== ''} />
      ) : (
        <Rows view={view} judgments={judgments} />
      )}
      {next !== null && (
        <a class="button" href={`/judgments?${next}`}>
          {t.common.more}
        </a>
      )}
    </Page>
  )
}

function Rows({ view, judgments }: { view: View; judgments: Judgment[] }) {
  const text = view.t.judgments
  return (
    <Table label={text.title}>
      <thead>
        <tr>
          <th scope="col">{text.rating}</th>
          <th scope="col">{text.explanation}</th>
          <th scope="col">{text.model}</th>
          <th scope="col">{text.created}</th>
        </tr>
      </thead>
      <tbody>
        {judgments.map((judgment) => (
          <tr>
            <td>
              <RatingTag t={view.t} rating={judgment.rating} verdict={judgment.verdict} />
            </td>
            <td class="wide">
              <a href={`/judgments/${encodeURIComponent(judgment.id)}`} lang="ko">
                {excerpt(judgment.explanation) || judgment.id}
              </a>
            </td>
            <td class="small nowrap">
              {judgment.model}
              <br />
              <span class="soft">{judgment.template}</span>
            </td>
            <td class="small nowrap">{when(judgment.created * 1000, view)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
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
