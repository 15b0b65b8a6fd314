import type { EvaluationHistory } from '../../../../../schema/api/evaluation-tags.ts'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { ImportedMark } from '../../../components/imported-mark.tsx'
import { Interval } from '../../../components/interval.tsx'
import { Page } from '../../../components/page.tsx'
import { PageHead } from '../../../components/page-head.tsx'
import { Timestamp } from '../../../components/timestamp.tsx'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'
import { DatasetName } from '../datasets/dataset-name.tsx'
import { hasScore, TrendPlot, type TrendRun, toScoreText } from './trend-plot.tsx'

/** Score history of a dataset or tag, with the changes between runs. */
export function TrendPage({ view, history }: { view: View; history: EvaluationHistory }) {
  const text = view.t.evaluations.trend
  const { baseline, data } = history
  const title = text.title(history.dataset ?? history.tag ?? '')
  const drawn = data.filter(hasScore)
  const describe = (run: TrendRun) =>
    [`${run.name}: ${toScoreText(run)}`, ...run.changed.map((what) => text.changes[what])].join(' · ')
  return (
    <Page view={view} title={title}>
      <p>
        <a href="/evaluations">← {view.t.evaluations.title}</a>
      </p>
      <PageHead title={title} lead={text.lead} />
      {data.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <>
          {drawn.length > 0 && (
            <figure class="card plot">
              <figcaption>{text.caption}</figcaption>
              <TrendPlot
                label={text.label(drawn.length)}
                runs={drawn}
                baseline={baseline}
                describe={describe}
              />
            </figure>
          )}
          <section class="section" aria-label={title}>
            <DataTable label={title} columns={getColumns(view, baseline)} rows={data} />
          </section>
        </>
      )}
    </Page>
  )
}

function getColumns(view: View, baseline: string | null): Column<TrendRun>[] {
  const { list, trend: text, datasets } = view.t.evaluations
  return [
    {
      title: list.name,
      as: 'name',
      of: ({ id, name, imported_from: gateway }) => (
        <>
          <a href={`/evaluations/${encodeURIComponent(id)}`}>{name}</a>{' '}
          {id === baseline && <span class="tag">{text.baseline}</span>}{' '}
          <ImportedMark view={view} gateway={gateway} />
        </>
      ),
    },
    {
      title: list.score,
      as: 'number',
      of: ({ score, interval }) => (score === null ? '–' : <Interval share={score} interval={interval} />),
    },
    { title: text.rows, as: 'number', of: ({ rows }) => count(rows, view) },
    {
      title: datasets.dataset,
      as: 'small',
      of: ({ dataset }) => dataset !== null && <DatasetName dataset={dataset} />,
    },
    { title: list.judge, as: 'small', of: ({ model, protocol }) => `${model} · ${protocol}` },
    {
      title: text.changed,
      as: 'small',
      of: ({ changed }) => changed.map((what) => text.changes[what]).join(', '),
    },
    { title: list.created, as: 'moment', of: ({ created }) => <Timestamp at={created * 1000} view={view} /> },
  ]
}
