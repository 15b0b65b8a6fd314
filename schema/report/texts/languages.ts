import { en, type ReportTexts } from './en.ts'
import { ko } from './ko.ts'

export const reportLanguages = ['en', 'ko'] as const
export type ReportLanguage = (typeof reportLanguages)[number]

export const reportTexts: Record<ReportLanguage, ReportTexts> = { en, ko }

/** The language asked for, else the first of `Accept-Language` that there is, else English. Source: RFC 9110, 12.5.4. */
export function chooseReportLanguage(
  asked: ReportLanguage | undefined,
  acceptLanguage: string | null | undefined,
): ReportLanguage {
  if (asked !== undefined) return asked
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';')
      const weight = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(Boolean)
      return { language: tag.split('-')[0]!, weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { language } of wanted) {
    const found = reportLanguages.find((one) => one === language)
    if (found !== undefined) return found
  }
  return 'en'
}
