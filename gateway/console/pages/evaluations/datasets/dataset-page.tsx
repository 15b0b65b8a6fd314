import type { Dataset } from '../../../../../schema/api/datasets.ts'
import type { ProblemBody } from '../../../../../schema/api/error-body.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import { toDatasetName } from '../../../../../schema/report/dataset-name.ts'
import { CsrfField } from '../../../components/csrf-field.tsx'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { Failure } from '../../../components/failure.tsx'
import { described, Field } from '../../../components/field.tsx'
import { Page } from '../../../components/page.tsx'
import { PageHead } from '../../../components/page-head.tsx'
import { Timestamp } from '../../../components/timestamp.tsx'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'
import { DatasetName } from './dataset-name.tsx'

interface DatasetPageProps {
  view: View
  dataset: Dataset
  /** All versions of its name. */
  versions: Dataset[]
  /** The newest evaluations of its name. */
  evaluations: Evaluation[]
  problem?: ProblemBody | undefined
}

/** One dataset: its versions, its evaluations, and its name, which can be changed. */
export function DatasetPage({ view, dataset, versions, evaluations, problem }: DatasetPageProps) {
  const { t, sessions } = view
  const text = t.evaluations.datasets
  const name = encodeURIComponent(dataset.name)
  return (
    <Page view={view} title={toDatasetName(dataset)}>
      <p>
        <a href="/datasets">← {text.title}</a>
      </p>
      <PageHead title={toDatasetName(dataset)} lead={text.about(count(dataset.questions, view))} />
      <p class="small">
        <code>{dataset.digest}</code> · {text.nameSource}: {text.nameSources[dataset.name_source]}
      </p>
      {problem !== undefined && <Failure t={t} problem={problem} />}
      <p class="row">
        <a class="button compact" href={`/leaderboard?dataset=${name}`}>
          {t.evaluations.leaderboard.title}
        </a>
        <a class="button compact" href={`/trend?dataset=${name}`}>
          {t.evaluations.trend.link}
        </a>
      </p>
      {versions.length > 1 && (
        <section class="section" aria-labelledby="versions">
          <h2 id="versions">{text.versions}</h2>
          <DataTable label={text.versions} columns={versionColumns(view)} rows={versions} />
        </section>
      )}
      <section class="section" aria-labelledby="evaluations">
        <h2 id="evaluations">{text.evaluations}</h2>
        {evaluations.length === 0 ? (
          <p class="empty">{text.noEvaluations}</p>
        ) : (
          <DataTable label={text.evaluations} columns={evaluationColumns(view)} rows={evaluations} />
        )}
      </section>
      <form class="card" method="post" action={`/datasets/${encodeURIComponent(dataset.digest)}`}>
        {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
        <h2>{text.rename}</h2>
        <Field t={t} name="name" label={text.name} hint={text.renameHint}>
          <input
            type="text"
            maxlength={200}
            required
            value={dataset.name}
            {...described('name', text.renameHint, undefined)}
          />
        </Field>
        {versions.length > 1 && (
          <div class="choice">
            <input type="checkbox" id="all_versions" name="all_versions" value="true" checked />
            <label for="all_versions">{text.allVersions}</label>
          </div>
        )}
        <button class="button" type="submit">
          {text.rename}
        </button>
      </form>
    </Page>
  )
}

function versionColumns(view: View): Column<Dataset>[] {
  const text = view.t.evaluations.datasets
  return [
    { title: text.dataset, as: 'name', of: (dataset) => <DatasetName dataset={dataset} /> },
    { title: text.questions, as: 'number', of: ({ questions }) => count(questions, view) },
    { title: text.evaluations, as: 'number', of: ({ evaluations }) => count(evaluations, view) },
    { title: text.created, as: 'moment', of: ({ created }) => <Timestamp at={created * 1000} view={view} /> },
  ]
}

function evaluationColumns(view: View): Column<Evaluation>[] {
  const text = view.t.evaluations
  return [
    {
      title: text.list.name,
      as: 'name',
      of: ({ id, name }) => <a href={`/evaluations/${encodeURIComponent(id)}`}>{name}</a>,
    },
    {
      title: text.datasets.dataset,
      as: 'small',
      of: ({ dataset }) => dataset !== null && <DatasetName dataset={dataset} />,
    },
    { title: text.list.judge, as: 'small', of: ({ model, protocol }) => `${model} · ${protocol}` },
    {
      title: text.list.created,
      as: 'moment',
      of: ({ created }) => <Timestamp at={created * 1000} view={view} />,
    },
  ]
}
