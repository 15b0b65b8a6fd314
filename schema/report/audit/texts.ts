import type { Language } from '../../messages/language.ts'
import { type AuditTexts, en } from './en.ts'
import { ko } from './ko.ts'

export const auditTexts: Record<Language, AuditTexts> = { en, ko }

/** The name of a probe as a reader sees it. */
export const toProbeTitle = (probe: string, { probes }: AuditTexts): string => probes[probe]?.title ?? probe
