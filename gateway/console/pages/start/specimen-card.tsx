import { RatingDial } from '../../components/rating-dial.tsx'
import { day } from '../../format.ts'
import type { View } from '../../view.ts'
import { specimen } from './specimen.ts'

/** What a judgment looks like. Its texts are Korean in either language. */
export function SpecimenCard({ view }: { view: View }) {
  const { t } = view
  const text = t.start.specimen
  return (
    <figure class="card specimen" aria-label={text.title}>
      <dl class="said">
        <dt>{text.question}</dt>
        <dd lang="ko">{specimen.question}</dd>
        <dt>{text.answer}</dt>
        <dd lang="ko">{specimen.answer}</dd>
        <dt>{text.reference}</dt>
        <dd lang="ko">{specimen.reference}</dd>
      </dl>
      <div class="judgment-head">
        <RatingDial
          rating={specimen.rating}
          label={t.judge.ratingLabel(specimen.rating)}
          noRating={t.judge.verdicts.no_rating}
        />
        <p class="explanation small" lang="ko">
          {specimen.explanation}
        </p>
      </div>
      <figcaption>{text.caption(specimen.model, day(specimen.made, view), specimen.temperature)}</figcaption>
    </figure>
  )
}
