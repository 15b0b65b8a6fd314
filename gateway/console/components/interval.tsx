import { percent, range } from '../../../schema/report/table.ts'

/** A share with its 95% interval, in percent, as every report writes it. */
export function Interval({ share, interval }: { share: number; interval: readonly [number, number] | null }) {
  return (
    <>
      {percent(share)}
      {interval !== null && <span class="soft small nowrap"> ({range(interval, percent)})</span>}
    </>
  )
}

export { percent }
