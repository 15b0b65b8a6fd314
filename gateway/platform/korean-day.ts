const hoursAhead = 9 * 3_600_000
const dayMs = 86_400_000

/** The date in Korea, as `2026-01-31`. Korea has no summer time. */
export const koreanDay = (now: number) => new Date(now + hoursAhead).toISOString().slice(0, 10)

/** Milliseconds until the next day begins in Korea. */
export const untilNextKoreanDay = (now: number) => dayMs - ((now + hoursAhead) % dayMs)

/** The Korean date so many days before. */
export const koreanDaysAgo = (now: number, days: number) => koreanDay(now - days * dayMs)
