import type { Judgment } from '../../schema/api/judgments.ts'
import { withText } from '../../schema/messages/message.ts'
import type { GatewayContext } from '../http/context.ts'
import { readerLanguage } from '../http/reader-language.ts'

/** A judgment with its warnings in the reader's language; they are stored in English. */
export function localizeJudgment<J extends Judgment>(c: GatewayContext, judgment: J): J {
  const language = readerLanguage(c)
  if (language === 'en' || judgment.warnings.length === 0) return judgment
  return { ...judgment, warnings: judgment.warnings.map((warning) => withText(warning, language)) }
}
