import type { Judgment } from '../../../schema/api/judgments.ts'
import type { Texts } from '../texts/texts.ts'
import { getTone } from './rating-dial.tsx'

const tags: Record<string, string> = { low: 'tag bad', middle: 'tag wait', high: 'tag good', empty: 'tag' }

interface RatingTagProps {
  t: Texts
  rating: number | null
  verdict: Judgment['verdict']
}

/** A rating in a list, or the reason why there is none. */
export function RatingTag({ t, rating, verdict }: RatingTagProps) {
  return (
    <span class={tags[getTone(rating)]}>
      {rating === null ? t.judge.verdicts[verdict] : <strong class="number">{rating}</strong>}
    </span>
  )
}
