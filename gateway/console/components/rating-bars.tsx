const ratings = Array.from({ length: 11 }, (_, rating) => rating)

/** The probability of each rating 0..10 as bars with their shares written below. */
export function RatingBars({ probabilities }: { probabilities: Record<string, number> | null }) {
  return (
    <ol class="bars">
      {ratings.map((rating) => {
        const share = probabilities?.[rating] ?? 0
        return (
          <li data-rating={rating}>
            <svg viewBox="0 0 10 50" preserveAspectRatio="none" aria-hidden="true">
              <rect x="0" width="10" y={50 - share * 50} height={share * 50} />
            </svg>
            <strong>{rating}</strong>
            <span class="share">{probabilities === null ? '' : shareText(share)}</span>
          </li>
        )
      })}
    </ol>
  )
}

const shareText = (share: number) => (share < 0.005 ? '·' : `${Math.round(share * 100)}%`)
