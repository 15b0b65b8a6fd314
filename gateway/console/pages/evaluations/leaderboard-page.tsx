import type { LeaderboardEntry } from '../../../../schema/api/evaluations.ts'
import { Interval } from '../../components/interval.tsx'
import { Page } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

export function LeaderboardPage({ view, entries }: { view: View; entries: LeaderboardEntry[] }) {
  const { t } = view
  const text = t.evaluations.leaderboard
  return (
    <Page view={view} title={text.title}>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
      {entries.length === 0 ? <p class="empty">{text.empty}</p> : <Entries view={view} entries={entries} />}
    </Page>
  )
}

function Entries({ view, entries }: { view: View; entries: LeaderboardEntry[] }) {
  const { t } = view
  const text = t.evaluations.leaderboard
  const report = t.evaluations.report
  return (
    <Table label={text.title}>
      <thead>
        <tr>
          <th scope="col">{text.rank}</th>
          <th scope="col">{report.model}</th>
          <th scope="col" class="number">
            {report.score} [{report.interval}]
          </th>
          <th scope="col" class="number">
            {report.rated}
          </th>
          <th scope="col">{text.judge}</th>
          <th scope="col">{text.dataset}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr>
            <td>
              {entry.rank ?? (
                <span class="soft small">{entry.unranked && text.unranked[entry.unranked]}</span>
              )}
            </td>
            <th scope="row">
              <a href={`/evaluations/${encodeURIComponent(entry.evaluation_id)}`}>{entry.model}</a>
            </th>
            <td class="number">
              {entry.score === null ? '–' : <Interval share={entry.score} interval={entry.interval} />}
            </td>
            <td class="number">
              {count(entry.rated, view)} / {count(entry.rows, view)}
            </td>
            <td class="small">
              {entry.judge}
              <br />
              <span class="soft">{entry.protocol}</span>
            </td>
            <td class="small">
              <code>{entry.dataset.slice(0, 12)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
