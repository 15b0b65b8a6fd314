import type { Texts } from './texts/texts.ts'
import type { View } from './view.ts'

const locales = { ko: 'ko-KR', en: 'en-GB' }

/** A moment in Korean time, where the service and its days are at home. */
export function when(moment: number | string, { language }: Pick<View, 'language'>): string {
  return new Intl.DateTimeFormat(locales[language], {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'Asia/Seoul',
  }).format(new Date(moment))
}

/** A moment that is near, by the Korean clock. */
export const clockTime = (moment: string, { language }: Pick<View, 'language'>) =>
  new Intl.DateTimeFormat(locales[language], { timeStyle: 'medium', timeZone: 'Asia/Seoul' }).format(
    new Date(moment),
  )

/** A day written out. */
export const day = (date: string, { language }: Pick<View, 'language'>) =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date))

export const count = (value: number, { language }: Pick<View, 'language'>) =>
  new Intl.NumberFormat(locales[language]).format(value)

/** How long, in its largest unit. */
export function duration(seconds: number, { operator }: Texts): string {
  const { days, hours, minutes } = operator.duration
  if (seconds >= 2 * 86_400) return days(Math.floor(seconds / 86_400))
  if (seconds >= 2 * 3600) return hours(Math.floor(seconds / 3600))
  return minutes(Math.floor(seconds / 60))
}

/** The last second of a day in Korea: what expires on a day may still be used on it. */
export const toEndOfDay = (day: string) => new Date(`${day}T23:59:59+09:00`).toISOString()

/** The day in Korea on which a moment falls, as a date field holds it. */
export const toKoreanDay = (moment: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Seoul' }).format(new Date(moment))
