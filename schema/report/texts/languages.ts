import { type Language, languages, parseLanguage } from '../../messages/language.ts'
import { en, type ReportTexts } from './en.ts'
import { ko } from './ko.ts'

export const reportLanguages = languages
export type ReportLanguage = Language

export const reportTexts: Record<ReportLanguage, ReportTexts> = { en, ko }

/** The language asked for, else the one of `Accept-Language`, else English. */
export const chooseReportLanguage = (
  asked: ReportLanguage | undefined,
  acceptLanguage: string | null | undefined,
): ReportLanguage => asked ?? parseLanguage(acceptLanguage)
