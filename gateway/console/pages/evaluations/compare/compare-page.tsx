import type { Comparison } from '../../../../../schema/api/comparisons.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import { toSideName } from '../../../../../schema/report/comparison-tables.ts'
import { reportTexts } from '../../../../../schema/report/texts/languages.ts'
import { differencePlot } from '../../../../evaluations/report/comparison-plots.ts'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { ImportedMark } from '../../../components/imported-mark.tsx'
import { Page } from '../../../components/page.tsx'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'
import { DatasetName } from '../datasets/dataset-name.tsx'
import { Plot } from '../plot.tsx'
import { toSigned } from './matrix-page.tsx'
import { Unfinished } from './unfinished.tsx'

interface ComparePageProps {
  view: View
  comparison: Comparison
  evaluations: Evaluation[]
}

/** Two evaluations of the same rows, with their difference and its caveats. */
export function ComparePage({ view, comparison, evaluations }: ComparePageProps) {
  const { t } = view
  const text = t.evaluations.compare
  const { x, y, rating, diff } = comparison
  return (
    <Page view={view} title={text.title}>
      <p>
        <a href={`/evaluations/${encodeURIComponent(x.id)}`}>← {x.name}</a>
      </p>
      <h1>{text.title}</h1>
      <p>
        <a href={renderDocument(comparison, 'html')}>{t.evaluations.report.html}</a> ·{' '}
        <a href={renderDocument(comparison, 'markdown')}>{t.evaluations.report.markdown}</a>
      </p>
      <p class="row">
        <Side view={view} side={x} /> <span aria-hidden="true">↔</span> <Side view={view} side={y} />
      </p>
      <Unfinished view={view} evaluations={evaluations} />
      {comparison.notes.length > 0 && (
        <div class="notice careful">
          <h2>{text.notes}</h2>
          <ul>
            {comparison.notes.map((note) => (
              <li>{note.message}</li>
            ))}
          </ul>
        </div>
      )}
      {rating.interval !== null && (
        <p class="notice">{rating.interval[0] <= 0 && rating.interval[1] >= 0 ? text.unclear : text.clear}</p>
      )}
      <div class="columns">
        <Plot title={text.plot} drawing={differencePlot(comparison, reportTexts[view.language])} />
        <dl class="facts number">
          <dt>{text.pairs}</dt>
          <dd>{rating.pairs}</dd>
          <dt>{text.difference}</dt>
          <dd>{paired(rating)}</dd>
          <dt>{text.pValue}</dt>
          <dd>{rating.p_value?.toFixed(3) ?? '–'}</dd>
          <dt>{text.wins}</dt>
          <dd>
            <Outcome comparison={comparison} outcome="y" /> ·{' '}
            <Outcome comparison={comparison} outcome="tie" /> ·{' '}
            <Outcome comparison={comparison} outcome="x" />
          </dd>
          {diff !== null && (
            <>
              <dt>{text.diff}</dt>
              <dd>{paired(diff)}</dd>
            </>
          )}
          {Object.entries(comparison.agreement ?? {}).map(([name, value]) => (
            <>
              <dt>{(t.evaluations.report.statistics as Record<string, string>)[name] ?? name}</dt>
              <dd>{value?.toFixed(3) ?? '–'}</dd>
            </>
          ))}
        </dl>
      </div>
      {comparison.categories.length > 1 && (
        <section class="section" aria-labelledby="categories">
          <h2 id="categories">{t.evaluations.report.categories}</h2>
          <DataTable
            label={t.evaluations.report.categories}
            columns={categoryColumns(view)}
            rows={comparison.categories}
            cards={false}
          />
        </section>
      )}
    </Page>
  )
}

/** The difference of two evaluations with its interval. */
function paired({ difference, interval }: Pick<Comparison['rating'], 'difference' | 'interval'>): string {
  if (difference === null) return '–'
  const range = interval === null ? '' : ` [${interval.map((end) => end.toFixed(2)).join(', ')}]`
  return `${toSigned(difference)}${range}`
}

/** Number of rows with an outcome, linked to them. */
function Outcome({ comparison, outcome }: { comparison: Comparison; outcome: 'x' | 'tie' | 'y' }) {
  const rows = comparison.rating.wins[outcome]
  return rows === 0 ? <>0</> : <a href={toPairs(comparison, outcome)}>{rows}</a>
}

function categoryColumns(view: View): Column<Comparison['categories'][number]>[] {
  const { compare: text, report } = view.t.evaluations
  return [
    { title: report.category, as: 'name', of: ({ category }) => category ?? report.none },
    { title: text.pairs, as: 'number', of: ({ rows }) => count(rows, view) },
    { title: text.first, as: 'number', of: ({ x }) => x.toFixed(2) },
    { title: text.second, as: 'number', of: ({ y }) => y.toFixed(2) },
    { title: text.difference, as: 'number', of: paired },
  ]
}

/** The rows of one outcome, both answers side by side. */
function toPairs({ x, y }: Comparison, outcome: 'x' | 'tie' | 'y'): string {
  const query = new URLSearchParams({
    with: y.id,
    ...(x.answering_model !== null && { model: x.answering_model }),
    ...(y.answering_model !== null && { with_model: y.answering_model }),
    outcome,
  })
  return `/evaluations/${encodeURIComponent(x.id)}/compare/rows?${query}`
}

function renderDocument({ x, y }: Comparison, format: 'html' | 'markdown'): string {
  const query = new URLSearchParams({
    with: y.id,
    format,
    ...(x.answering_model !== null && { model: x.answering_model }),
    ...(y.answering_model !== null && { with_model: y.answering_model }),
  })
  return `/console/api/v1/evaluations/${encodeURIComponent(x.id)}/comparison?${query}`
}

function Side({ view, side }: { view: View; side: Comparison['x'] }) {
  return (
    <span>
      <a href={`/evaluations/${encodeURIComponent(side.id)}`}>{toSideName(side)}</a>{' '}
      <span class="soft small">
        {side.dataset !== null && (
          <>
            <DatasetName dataset={side.dataset} /> ·{' '}
          </>
        )}
        {side.model} · {side.protocol}
      </span>{' '}
      <ImportedMark view={view} gateway={side.imported_from} />
    </span>
  )
}
