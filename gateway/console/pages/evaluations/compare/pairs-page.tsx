import type { PairList } from '../../../../../schema/api/comparisons.ts'
import type { EvaluationRow } from '../../../../../schema/api/evaluation-rows.ts'
import { Markdown } from '../../../components/markdown.tsx'
import { Page } from '../../../components/page.tsx'
import { count } from '../../../format.ts'
import type { View } from '../../../view.ts'
import { TurnRating } from '../rows/turn-rating.tsx'
import { toSigned } from './matrix-page.tsx'
import { pairAddress, type Side, sideName } from './sides.ts'

export interface ShownPair {
  pair: PairList['data'][number]
  x: EvaluationRow
  y: EvaluationRow
}

interface PairsPageProps {
  view: View
  sides: [Side, Side]
  outcome: 'x' | 'tie' | 'y'
  pairs: ShownPair[]
  total: number
  /** Addresses of the pages before and after; null where there is none. */
  previous: string | null
  next: string | null
}

/** Rows that one side won, lost or tied: both answers side by side with their judgments. */
export function PairsPage({ view, sides, outcome, pairs, total, previous, next }: PairsPageProps) {
  const { t } = view
  const text = t.evaluations.compare
  const [x, y] = sides
  return (
    <Page view={view} title={text.outcomes[outcome]} scripts={['rows.js']} wide>
      <p>
        <a href={pairAddress(x, y)}>← {text.title}</a>
      </p>
      <div class="page-head">
        <h1>{text.outcomes[outcome]}</h1>
        <p>
          {text.first}: {sideName(x)} · {text.second}: {sideName(y)} ·{' '}
          {t.evaluations.rows.found(count(total, view))}
        </p>
      </div>
      {pairs.length === 0 && <p class="empty">{t.evaluations.rows.empty}</p>}
      {pairs.map((shown) => (
        <PairSection view={view} sides={sides} shown={shown} />
      ))}
      <nav class="row more" aria-label={t.evaluations.rows.pages}>
        {previous !== null && (
          <a class="button" rel="prev" href={previous}>
            {t.evaluations.rows.previousPage}
          </a>
        )}
        {next !== null && (
          <a class="button" rel="next" href={next}>
            {t.evaluations.rows.nextPage}
          </a>
        )}
      </nav>
    </Page>
  )
}

interface PairSectionProps {
  view: View
  sides: [Side, Side]
  shown: ShownPair
}

function PairSection({ view, sides, shown: { pair, x, y } }: PairSectionProps) {
  const { form } = view.t.judge
  // rows of several models may have the same id: the number tells the regions apart
  return (
    <section class="row-turn" aria-label={`${x.id} (${view.t.evaluations.rows.row} ${x.row})`}>
      <h2>
        {x.id}{' '}
        <span class="soft small">
          {[pair.category, toSigned(pair.y.rating - pair.x.rating)].filter(Boolean).join(' · ')}
        </span>
      </h2>
      {x.turns.map((turn, index) => (
        <>
          <div class="card asked">
            <h3>{form.question}</h3>
            <Markdown text={turn.question ?? x.prompt ?? ''} source={false} />
          </div>
          <div class="side-by-side">
            <Answer view={view} side={sides[0]} row={x} index={index} />
            <Answer view={view} side={sides[1]} row={y} index={index} />
          </div>
        </>
      ))}
    </section>
  )
}

interface AnswerProps {
  view: View
  side: Side
  row: EvaluationRow
  index: number
}

function Answer({ view, side, row, index }: AnswerProps) {
  const turn = row.turns[index]
  if (turn === undefined) return null
  const explanation = turn.results[0]?.explanation
  const address = `/evaluations/${encodeURIComponent(side.evaluation.id)}/rows/${row.row}`
  return (
    <article class="card">
      <h3>
        <a href={address}>{sideName(side)}</a> <TurnRating view={view} turn={turn} hidden={false} />
      </h3>
      {turn.answer !== null && <Markdown text={turn.answer} source={false} />}
      {explanation && (
        <details class="result">
          <summary>{view.t.evaluations.rows.explanation}</summary>
          <Markdown text={explanation} source={false} />
        </details>
      )}
    </article>
  )
}
