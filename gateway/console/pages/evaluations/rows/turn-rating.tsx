import type { RowTurn } from '../../../../../schema/api/evaluation-rows.ts'
import { getTone } from '../../../components/rating-dial.tsx'
import type { View } from '../../../view.ts'

interface TurnRatingProps {
  view: View
  turn: Pick<RowTurn, 'rating' | 'verdict' | 'difference'>
  hidden: boolean
}

const tags: Record<string, string> = { low: 'tag bad', middle: 'tag wait', high: 'tag good', empty: 'tag' }

/** The rating of a turn with its difference from the label; without one, the reason. */
export function TurnRating({ view, turn, hidden }: TurnRatingProps) {
  const text = view.t.evaluations.rows
  if (hidden) return <span class="tag">{text.hidden}</span>
  const { rating, verdict, difference } = turn
  if (rating === null) {
    return <span class={verdict === 'failed' ? 'tag bad' : 'tag'}>{text.verdicts[verdict]}</span>
  }
  return (
    <>
      <span class={tags[getTone(rating)]}>
        <strong class="number">{toShort(rating)}</strong>
      </span>
      {difference !== null && difference !== 0 && (
        <span class="small soft number" title={text.difference}>
          {' '}
          {difference > 0 ? '+' : '−'}
          {toShort(Math.abs(difference))}
        </span>
      )}
    </>
  )
}

/** A mean with two decimals at most. */
export const toShort = (value: number) => String(Math.round(value * 100) / 100)
