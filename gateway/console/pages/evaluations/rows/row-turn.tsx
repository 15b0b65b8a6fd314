import type { EvaluationRow, RowTurn } from '../../../../../schema/api/evaluation-rows.ts'
import { Markdown } from '../../../components/markdown.tsx'
import { RatingTag } from '../../../components/rating-tag.tsx'
import type { View } from '../../../view.ts'
import { LabelForm } from './label-form.tsx'
import type { RowsQuery } from './rows-query.ts'
import { TurnRating, toShort } from './turn-rating.tsx'

interface RowTurnSectionProps {
  view: View
  row: EvaluationRow
  turn: RowTurn
  query: RowsQuery
  action: (step: string) => string
}

/** One turn of a row: question and answer, the judge's text, and the reader's label. */
export function RowTurnSection({ view, row, turn, query, action }: RowTurnSectionProps) {
  const { t } = view
  const { form } = t.judge
  const { source } = query
  const name = t.evaluations.report.turnName(turn.turn)
  return (
    <section class="row-turn" aria-label={name}>
      <h2 class={row.turns.length > 1 ? undefined : 'visually-hidden'}>{name}</h2>
      <div class="side-by-side">
        <Text title={form.question} text={turn.question ?? row.prompt} source={source} />
        <Text title={form.answer} text={turn.answer} source={source} />
        <Text title={form.reference} text={turn.reference} source={source} />
        <section class="card judged">
          <h3>{t.evaluations.rows.judge}</h3>
          <Judged view={view} turn={turn} hidden={query.blind && turn.labelled_by_hand === null} />
          {turn.judgments > 0 && <LabelForm view={view} row={row} turn={turn} action={action} />}
        </section>
      </div>
    </section>
  )
}

function Text({ title, text, source }: { title: string; text: string | null; source: boolean }) {
  if (text === null) return null
  return (
    <section class="card">
      <h3>{title}</h3>
      {text.trim() === '' ? <p class="soft">–</p> : <Markdown text={text} source={source} />}
    </section>
  )
}

function Judged({ view, turn, hidden }: { view: View; turn: RowTurn; hidden: boolean }) {
  const { t } = view
  const text = t.evaluations.rows
  if (turn.judgments === 0) return <p class="soft">{text.notJudged}</p>
  if (hidden) return <p class="notice">{text.hiddenUntilLabelled}</p>
  const warnings = new Map(
    turn.results.flatMap(({ warnings }) => warnings.map((one) => [one.code, one.message])),
  )
  return (
    <>
      <p>
        <TurnRating view={view} turn={turn} hidden={false} />
        {turn.label !== null && (
          <span class="small soft">
            {' '}
            · {text.label} {toShort(turn.label)}
          </span>
        )}
      </p>
      {warnings.size > 0 && (
        <ul class="notice careful small">
          {[...warnings.values()].map((message) => (
            <li>{message}</li>
          ))}
        </ul>
      )}
      {turn.results.length === 1 ? (
        <JudgmentText view={view} result={turn.results[0]!} />
      ) : (
        turn.results.map((result, index) => (
          <details class="result" open={index === 0}>
            <summary>
              {text.repeat(result.repeat)}{' '}
              {result.verdict === 'failed' || result.verdict === 'pending' ? (
                <span class="tag">{text.verdicts[result.verdict]}</span>
              ) : (
                <RatingTag t={t} rating={result.rating} verdict={result.verdict} />
              )}
            </summary>
            <JudgmentText view={view} result={result} />
          </details>
        ))
      )}
    </>
  )
}

/** Outcome of one judgment: the explanation, or why there is none. */
function JudgmentText({ view, result }: { view: View; result: RowTurn['results'][number] }) {
  const { explanation, error, judgment_id: judgment } = result
  return (
    <>
      {explanation !== null && <Markdown text={explanation} source={false} />}
      {error !== null && <p>{error}</p>}
      {judgment !== null && (
        <a class="small" href={`/judgments/${encodeURIComponent(judgment)}`}>
          {view.t.evaluations.rows.openJudgment}
        </a>
      )}
    </>
  )
}
