import type { Comparison } from '../../../../schema/api/reports.ts'
import { Page } from '../../components/page.tsx'
import { Said } from '../../components/said.tsx'
import type { View } from '../../view.ts'
import { DifferencePlot, paired } from './difference-plot.tsx'

/** Two evaluations of the same rows, with what may and may not be said of their difference. */
export function ComparePage({ view, comparison }: { view: View; comparison: Comparison }) {
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
        <a href={documentOf(comparison, 'html')}>{t.evaluations.report.html}</a> ·{' '}
        <a href={documentOf(comparison, 'markdown')}>{t.evaluations.report.markdown}</a>
      </p>
      <p class="row">
        <Side side={x} /> <span aria-hidden="true">↔</span> <Side side={y} />
      </p>
      {comparison.notes.length > 0 && (
        <div class="notice careful">
          <h2>{text.notes}</h2>
          <ul>
            {comparison.notes.map((note) => (
              <li>
                <Said t={t} text={note} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {rating.interval !== null && (
        <p class="notice">{rating.interval[0] <= 0 && rating.interval[1] >= 0 ? text.unclear : text.clear}</p>
      )}
      <div class="columns">
        <DifferencePlot view={view} comparison={comparison} />
        <dl class="facts number">
          <dt>{text.pairs}</dt>
          <dd>{rating.pairs}</dd>
          <dt>{text.difference}</dt>
          <dd>{paired(rating)}</dd>
          <dt>{text.pValue}</dt>
          <dd>{rating.p_value?.toFixed(3) ?? '–'}</dd>
          <dt>{text.wins}</dt>
          <dd>
            {rating.wins.x} · {rating.wins.tie} · {rating.wins.y}
          </dd>
          {diff !== null && (
            <>
              <dt>{text.diff}</dt>
              <dd>{paired(diff)}</dd>
            </>
          )}
          {Object.entries(comparison.agreement).map(([name, value]) => (
            <>
              <dt>{(t.evaluations.report.statistics as Record<string, string>)[name] ?? name}</dt>
              <dd>{value?.toFixed(3) ?? '–'}</dd>
            </>
          ))}
        </dl>
      </div>
    </Page>
  )
}

function documentOf({ x, y }: Comparison, format: 'html' | 'markdown'): string {
  const query = new URLSearchParams({
    with: y.id,
    format,
    ...(x.answering_model !== null && { model: x.answering_model }),
    ...(y.answering_model !== null && { with_model: y.answering_model }),
  })
  return `/console/api/v1/evaluations/${encodeURIComponent(x.id)}/comparison?${query}`
}

function Side({ side }: { side: Comparison['x'] }) {
  return (
    <span>
      <a href={`/evaluations/${encodeURIComponent(side.id)}`}>{side.name}</a>{' '}
      <span class="soft small">
        {side.model} · {side.protocol}
      </span>
    </span>
  )
}
