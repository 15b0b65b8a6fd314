import type { Dataset } from '../../../../../schema/api/datasets.ts'
import type { Column } from '../../../components/data-table.tsx'
import { ListPage } from '../../../components/list-page.tsx'
import { Timestamp } from '../../../components/timestamp.tsx'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'
import { DatasetName } from './dataset-name.tsx'

interface DatasetsPageProps {
  view: View
  datasets: Dataset[]
  next: string | null
}

/** Sets of questions by name and version. */
export function DatasetsPage({ view, datasets, next }: DatasetsPageProps) {
  const text = view.t.evaluations.datasets
  return (
    <ListPage
      view={view}
      text={text}
      columns={getColumns(view)}
      rows={datasets}
      empty={text.empty}
      next={next === null ? null : `/datasets?after=${encodeURIComponent(next)}`}
    />
  )
}

function getColumns(view: View): Column<Dataset>[] {
  const text = view.t.evaluations.datasets
  return [
    { title: text.dataset, as: 'name', of: (dataset) => <DatasetName dataset={dataset} /> },
    { title: text.questions, as: 'number', of: ({ questions }) => count(questions, view) },
    { title: text.evaluations, as: 'number', of: ({ evaluations }) => count(evaluations, view) },
    { title: text.nameSource, as: 'small', of: ({ name_source: source }) => text.nameSources[source] },
    { title: text.created, as: 'moment', of: ({ created }) => <Timestamp at={created * 1000} view={view} /> },
  ]
}
