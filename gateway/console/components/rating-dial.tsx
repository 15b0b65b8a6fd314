interface RatingDialProps {
  /** 0..10, or null where there is no rating: an empty dial, never a 0. */
  rating: number | null
  /** Read to those who cannot see it, for example "평점 7". */
  label: string
  /** Text in the middle when there is no rating. */
  noRating: string
}

/** A rating on a half circle from 0 to 10. */
export function RatingDial({ rating, label, noRating }: RatingDialProps) {
  return (
    <svg class={`dial ${getTone(rating)}`} viewBox="0 0 120 76" role="img" aria-label={label}>
      <path class="track" d="M12 62a48 48 0 0 1 96 0" />
      {rating !== null && (
        <path class="value" d="M12 62a48 48 0 0 1 96 0" pathlength="10" stroke-dasharray={`${rating} 20`} />
      )}
      <text class="mark" x="12" y="75" text-anchor="middle">
        0
      </text>
      <text class="mark" x="108" y="75" text-anchor="middle">
        10
      </text>
      {rating === null ? (
        <text class="none" x="60" y="58" text-anchor="middle">
          {noRating}
        </text>
      ) : (
        <text class="rating" x="60" y="62" text-anchor="middle">
          {rating}
        </text>
      )}
    </svg>
  )
}

/** Below 4 and below 7 look different; the number is always written, so colour is never all there is. */
export function getTone(rating: number | null): string {
  if (rating === null) return 'empty'
  if (rating < 4) return 'low'
  return rating < 7 ? 'middle' : 'high'
}
