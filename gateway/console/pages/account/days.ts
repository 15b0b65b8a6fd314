export interface DayCount {
  day: string
  requests: number
}

/** The last days, oldest first, with zeros where nothing happened: gaps must show as gaps. */
export function everyDay(rows: DayCount[], days: number, now: number): DayCount[] {
  const counts = new Map<string, number>()
  for (const { day, requests } of rows) counts.set(day, (counts.get(day) ?? 0) + requests)
  return Array.from({ length: days }, (_, index) => {
    const day = koreanDay(now - (days - 1 - index) * 86_400_000)
    return { day, requests: counts.get(day) ?? 0 }
  })
}

/** A day begins nine hours earlier in Korea than in UTC. */
const koreanDay = (moment: number) => new Date(moment + 9 * 3_600_000).toISOString().slice(0, 10)
