/** The last days, oldest first, with what happened on each: days without anything must show as gaps. */
export function everyDay<Row extends { day: string }>(
  rows: Row[],
  days: number,
  now: number,
): { day: string; rows: Row[] }[] {
  const byDay = Map.groupBy(rows, ({ day }) => day)
  return Array.from({ length: days }, (_, index) => {
    const day = koreanDay(now - (days - 1 - index) * 86_400_000)
    return { day, rows: byDay.get(day) ?? [] }
  })
}

/** A day begins nine hours earlier in Korea than in UTC. */
const koreanDay = (moment: number) => new Date(moment + 9 * 3_600_000).toISOString().slice(0, 10)
