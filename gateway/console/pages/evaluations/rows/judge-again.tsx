import type { EvaluationRow, RowTurn } from '../../../../../schema/api/evaluation-rows.ts'
import type { Judgment } from '../../../../../schema/api/judgments.ts'
import { CsrfField } from '../../../components/csrf-field.tsx'
import { Markdown } from '../../../components/markdown.tsx'
import { RatingTag } from '../../../components/rating-tag.tsx'
import type { View } from '../../../view.ts'
import { toShort } from './turn-rating.tsx'

interface JudgeAgainProps {
  view: View
  row: EvaluationRow
  models: string[]
  /** The judge of the evaluation. */
  model: string
  action: (step: string) => string
}

/** Judges a turn of the row once more, by another judge or several times. The evaluation stays as it is. */
export function JudgeAgain({ view, row, models, model, action }: JudgeAgainProps) {
  const { t, sessions } = view
  const text = t.evaluations.rows
  const turns = row.turns.filter(canBeJudged)
  if (turns.length === 0 || models.length === 0) return null
  return (
    <details class="card">
      <summary>{text.judgeAgain}</summary>
      <p class="small soft">{text.judgeAgainHint}</p>
      <form class="filters row" method="post" action={action('judge')}>
        {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
        <label for="again-model">{t.judge.form.model}</label>
        <select id="again-model" name="model">
          {models.map((one) => (
            <option value={one} selected={one === model}>
              {one}
            </option>
          ))}
        </select>
        <label for="again-turn">{t.evaluations.report.turn}</label>
        <select id="again-turn" name="turn">
          {turns.map(({ turn }) => (
            <option value={String(turn)}>{t.evaluations.report.turnName(turn)}</option>
          ))}
        </select>
        <label for="again-n">{t.judge.form.samples}</label>
        <input id="again-n" name="n" type="number" min="1" max="16" value="3" />
        <button class="button compact" type="submit">
          {t.judge.form.submit}
        </button>
      </form>
    </details>
  )
}

/** A prompt of a test set that shows no question and answer is judged only as it stands. */
export const canBeJudged = ({ question, answer, judgments }: RowTurn) =>
  question !== null && answer !== null && judgments > 0

/** Result of judging again, next to the one of the evaluation. */
export function JudgedAgain({ view, judgments }: { view: View; judgments: Judgment[] }) {
  const { t } = view
  const text = t.evaluations.rows
  const ratings = judgments.flatMap(({ rating }) => (rating === null ? [] : [rating]))
  const mean = ratings.reduce((sum, one) => sum + one, 0) / ratings.length
  return (
    <section class="card" role="status" aria-label={text.judgedAgain}>
      <h2>{text.judgedAgain}</h2>
      <p>
        {judgments[0]!.model} ·{' '}
        {ratings.length > 0 && text.spread(toShort(mean), Math.min(...ratings), Math.max(...ratings))}
      </p>
      {judgments.map(({ id, rating, verdict, explanation, stored }) => (
        <details class="result" open={judgments.length === 1}>
          <summary>
            <RatingTag t={t} rating={rating} verdict={verdict} />
          </summary>
          <Markdown text={explanation} source={false} />
          {stored && (
            <a class="small" href={`/judgments/${encodeURIComponent(id)}`}>
              {text.openJudgment}
            </a>
          )}
        </details>
      ))}
    </section>
  )
}
