import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Interval } from '../../components/interval.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import { DatasetName } from './datasets/dataset-name.tsx'
import { EvaluationEditor } from './evaluation-editor.tsx'
import { EvaluationStatus } from './evaluation-status.tsx'
import { type ListQuery, toListPath } from './list-query.ts'
import { Tags } from './tags.tsx'

interface EvaluationListProps {
  view: View
  evaluations: Evaluation[]
  query: ListQuery
}

/** The form that the boxes in the table belong to; it stands outside, because the table holds forms of its own. */
const selection = 'selection'

/** The evaluations with score, progress and tags, to be renamed in place and deleted together. */
export function EvaluationList({ view, evaluations, query }: EvaluationListProps) {
  const text = view.t.evaluations.list
  return (
    <>
      <DataTable label={text.title} columns={getColumns(view, query)} rows={evaluations} />
      <form id={selection} method="get" action="/evaluations/delete">
        <button class="button compact danger" type="submit">
          {text.deleteSelected}
        </button>
      </form>
    </>
  )
}

function getColumns(view: View, query: ListQuery): Column<Evaluation>[] {
  const { list: text } = view.t.evaluations
  return [
    {
      title: text.select,
      of: ({ id, name }) => (
        <input type="checkbox" name="id" value={id} form={selection} aria-label={text.selectOne(name)} />
      ),
    },
    {
      title: text.name,
      as: 'name',
      of: (evaluation) => (
        <>
          <a href={`/evaluations/${encodeURIComponent(evaluation.id)}`}>{evaluation.name}</a>{' '}
          {evaluation.imported !== null && <span class="tag">{text.imported}</span>}
          <Tags tags={evaluation.tags} />
          <EvaluationEditor view={view} evaluation={evaluation} back={toListPath(query)} />
        </>
      ),
    },
    {
      title: text.status,
      of: (evaluation) => (
        <>
          <EvaluationStatus t={view.t} status={evaluation.status} />
          {evaluation.progress < 1 && evaluation.status !== 'cancelled' && (
            <Progress label={text.progress} progress={evaluation.progress} />
          )}
        </>
      ),
    },
    {
      title: text.score,
      as: 'number',
      of: ({ score, interval }) => (score === null ? '–' : <Interval share={score} interval={interval} />),
    },
    {
      title: view.t.evaluations.datasets.dataset,
      as: 'small',
      of: ({ dataset }) => dataset !== null && <DatasetName dataset={dataset} />,
    },
    {
      title: text.judge,
      as: 'small',
      of: ({ model, protocol }) => (
        <>
          {model}
          <br />
          <span class="soft">{protocol}</span>
        </>
      ),
    },
    { title: text.created, as: 'moment', of: ({ created }) => <Timestamp at={created * 1000} view={view} /> },
  ]
}

function Progress({ label, progress }: { label: string; progress: number }) {
  const percent = `${Math.floor(progress * 100)}%`
  return (
    <span class="progress-bar">
      <progress max={1} value={progress} aria-label={label} />
      <span class="small soft">{percent}</span>
    </span>
  )
}
