import type { Texts } from './texts/texts.ts'
import type { View } from './view.ts'

const locales = { ko: 'ko-KR', en: 'en-GB' }

type InLanguage = Pick<View, 'language'>

const inSeoul = (moment: number | string, { language }: InLanguage, style: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locales[language], { ...style, timeZone: 'Asia/Seoul' }).format(new Date(moment))

/** A time in Korean time, which the service and its days follow. Pages show it by `Timestamp`. */
export const formatTime = (moment: number | string, view: InLanguage) =>
  `${inSeoul(moment, view, { dateStyle: 'medium', timeStyle: 'short' })} KST`

/** A moment to the second. */
export const formatExactTime = (moment: number | string, view: InLanguage) =>
  `${inSeoul(moment, view, { dateStyle: 'full', timeStyle: 'medium' })} KST`

/** A moment that is near, by the Korean clock. */
export const clockTime = (moment: string, view: InLanguage) =>
  `${inSeoul(moment, view, { timeStyle: 'medium' })} KST`

/** A day written out. */
export const day = (date: string, { language }: Pick<View, 'language'>) =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(date))

export const count = (value: number, { language }: Pick<View, 'language'>) =>
  new Intl.NumberFormat(locales[language]).format(value)

/** Formats a duration in its largest unit. */
export function duration(seconds: number, { operator }: Texts): string {
  const { days, hours, minutes } = operator.duration
  if (seconds >= 2 * 86_400) return days(Math.floor(seconds / 86_400))
  if (seconds >= 2 * 3600) return hours(Math.floor(seconds / 3600))
  return minutes(Math.floor(seconds / 60))
}

/**
 * The last second of a day in Korea: what expires on a day may still be used on it. Text that is no day is returned as
 * it is, for the API to refuse with the name of the field.
 */
export function toEndOfDay(day: string): string {
  const end = new Date(`${day}T23:59:59+09:00`)
  return Number.isNaN(end.getTime()) ? day : end.toISOString()
}

/** The day in Korea on which a moment falls, as a date field holds it. */
export const toKoreanDay = (moment: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Seoul' }).format(new Date(moment))
