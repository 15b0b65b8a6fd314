/** A share with its 95% interval, in percent. */
export function Interval({ share, interval }: { share: number; interval: readonly [number, number] | null }) {
  return (
    <>
      {percent(share)}
      {interval !== null && (
        <span class="soft small nowrap">
          {' '}
          [{Math.round(interval[0] * 100)}, {Math.round(interval[1] * 100)}]
        </span>
      )}
    </>
  )
}

export const percent = (share: number) => `${(share * 100).toFixed(1)}%`
