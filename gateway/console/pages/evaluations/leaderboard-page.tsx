import type { LeaderboardEntry } from '../../../../schema/api/leaderboard.ts'
import type { Column } from '../../components/data-table.tsx'
import { Interval } from '../../components/interval.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

/** Answering models beside each other, where they may be compared. */
export function LeaderboardPage({ view, entries }: { view: View; entries: LeaderboardEntry[] }) {
  const text = view.t.evaluations.leaderboard
  return (
    <ListPage
      view={view}
      text={text}
      columns={getColumns(view)}
      rows={entries}
      empty={text.empty}
      next={null}
    />
  )
}

function getColumns(view: View): Column<LeaderboardEntry>[] {
  const { leaderboard: text, report } = view.t.evaluations
  return [
    {
      title: text.rank,
      of: ({ rank, unranked, not_separated_from: close }) => (
        <>
          {rank ?? <span class="soft small">{unranked && text.unranked[unranked]}</span>}
          {close.length > 0 && (
            <>
              <br />
              <span class="soft small">{text.notSeparated(close.join(', '))}</span>
            </>
          )}
        </>
      ),
    },
    {
      title: report.model,
      as: 'name',
      of: (entry) => <a href={`/evaluations/${encodeURIComponent(entry.evaluation_id)}`}>{entry.model}</a>,
    },
    {
      title: `${report.score} [${report.interval}]`,
      as: 'number',
      of: ({ score, interval }) => (score === null ? '–' : <Interval share={score} interval={interval} />),
    },
    {
      title: report.rated,
      as: 'number',
      of: ({ rated, rows }) => `${count(rated, view)} / ${count(rows, view)}`,
    },
    {
      title: text.judge,
      as: 'small',
      of: ({ judge, protocol }) => (
        <>
          {judge}
          <br />
          <span class="soft">{protocol}</span>
        </>
      ),
    },
    { title: text.dataset, as: 'small', of: ({ dataset }) => <code>{dataset.slice(0, 12)}</code> },
  ]
}
