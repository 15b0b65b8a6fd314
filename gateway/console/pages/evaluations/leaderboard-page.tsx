import type { Dataset } from '../../../../schema/api/datasets.ts'
import type { LeaderboardEntry } from '../../../../schema/api/leaderboard.ts'
import { toDatasetName } from '../../../../schema/report/dataset-name.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ImportedMark } from '../../components/imported-mark.tsx'
import { Interval } from '../../components/interval.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

export interface BoardFilter {
  dataset: string
  version: string
}

interface LeaderboardPageProps {
  view: View
  entries: LeaderboardEntry[]
  /** The choices. */
  datasets: Dataset[]
  filter: BoardFilter
}

/** Rankings of comparable answering models: a board per dataset, judge and protocol. */
export function LeaderboardPage({ view, entries, datasets, filter }: LeaderboardPageProps) {
  const text = view.t.evaluations.leaderboard
  const boards = [...Map.groupBy(entries, toBoardKey).values()]
  return (
    <Page view={view} title={text.title}>
      <PageHead title={text.title} lead={text.lead} />
      <p>
        <a href="/datasets">{view.t.evaluations.datasets.title}</a>
      </p>
      {datasets.length > 0 && <BoardFilters view={view} datasets={datasets} filter={filter} />}
      {boards.length === 0 && <p class="empty">{text.empty}</p>}
      {boards.map((board, index) => (
        // one dataset has a board for each judge and protocol, so that the heading alone does not name it
        <section class="section" aria-labelledby={`board-${index} board-${index}-judge`}>
          <h2 id={`board-${index}`}>
            <BoardTitle view={view} {...board[0]!} />
          </h2>
          <p class="soft small" id={`board-${index}-judge`}>
            {text.judge}: {board[0]!.judge} · {board[0]!.protocol}
          </p>
          <DataTable label={text.title} columns={getColumns(view)} rows={board} />
        </section>
      ))}
    </Page>
  )
}

const toBoardKey = ({ dataset, judge, protocol }: LeaderboardEntry) =>
  JSON.stringify([dataset.digest, judge, protocol])

function BoardTitle({ view, dataset }: { view: View } & LeaderboardEntry) {
  const name = toDatasetName(dataset)
  if (!dataset.complete) return <>{view.t.evaluations.leaderboard.partOf(name, dataset.digest.slice(0, 8))}</>
  return <a href={`/datasets/${encodeURIComponent(dataset.digest)}`}>{name}</a>
}

function BoardFilters({ view, datasets, filter }: Omit<LeaderboardPageProps, 'entries'>) {
  const { leaderboard: text, rows } = view.t.evaluations
  const names = [...new Set(datasets.map(({ name }) => name))]
  const versions = [
    ...new Set(
      datasets
        .filter(({ name }) => filter.dataset === '' || name === filter.dataset)
        .map(({ version }) => version),
    ),
  ].sort((a, b) => a - b)
  return (
    <form class="filter-grid card" method="get">
      <FilterField name="dataset" label={text.dataset}>
        <select id="dataset" name="dataset">
          <option value="">{text.all}</option>
          {names.map((name) => (
            <option value={name} selected={name === filter.dataset}>
              {name}
            </option>
          ))}
        </select>
      </FilterField>
      <FilterField name="version" label={text.version}>
        <select id="version" name="version">
          <option value="">{text.all}</option>
          {versions.map((version) => (
            <option value={version} selected={String(version) === filter.version}>
              {version}
            </option>
          ))}
        </select>
      </FilterField>
      <p class="row">
        <button class="button compact primary" type="submit">
          {rows.apply}
        </button>
      </p>
    </form>
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
      of: (entry) => (
        <>
          <a href={`/evaluations/${encodeURIComponent(entry.evaluation_id)}`}>{entry.model}</a>{' '}
          <ImportedMark view={view} gateway={entry.imported_from} />
        </>
      ),
    },
    {
      title: view.t.evaluations.list.score,
      as: 'number',
      of: ({ score, interval }) => (score === null ? '–' : <Interval share={score} interval={interval} />),
    },
    { title: report.rows, as: 'number', of: ({ rows }) => count(rows, view) },
    { title: report.rated, as: 'number', of: ({ rated }) => count(rated, view) },
  ]
}
