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

export const count = (value: number, { language }: Pick<View, 'language'>) =>
  new Intl.NumberFormat(locales[language]).format(value)
