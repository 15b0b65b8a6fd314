import { RatingDial } from '../../components/rating-dial.tsx'
import { day } from '../../format.ts'
import type { View } from '../../view.ts'
import { exampleJudgment } from './example-judgment.ts'

/** An example of a judgment. Its texts are Korean in either language. */
export function ExampleJudgmentCard({ view }: { view: View }) {
  const { t } = view
  const text = t.start.exampleJudgment
  return (
    <figure class="card example-judgment" aria-label={text.title}>
      <dl class="quoted">
        <dt>{text.question}</dt>
        <dd lang="ko">{exampleJudgment.question}</dd>
        <dt>{text.answer}</dt>
        <dd lang="ko">{exampleJudgment.answer}</dd>
        <dt>{text.reference}</dt>
        <dd lang="ko">{exampleJudgment.reference}</dd>
      </dl>
      <div class="judgment-head">
        <RatingDial
          rating={exampleJudgment.rating}
          label={t.judge.ratingLabel(exampleJudgment.rating)}
          noRating={t.judge.verdicts.no_rating}
        />
        <p class="explanation small" lang="ko">
          {exampleJudgment.explanation}
        </p>
      </div>
      <figcaption>
        {text.caption(exampleJudgment.model, day(exampleJudgment.made, view), exampleJudgment.temperature)}
      </figcaption>
    </figure>
  )
}
