import { customPrompt } from './custom-prompt.ts'
import type { Turn } from './render.ts'
import { type TemplateName } from './templates.ts'
export declare const warningCodes: readonly [
  'empty_reference',
  'rating_in_answer',
  'template_marker_in_answer',
  'near_context_limit',
  'script_mismatch',
]
/** Something about a request that makes its judgment less trustworthy. It never changes the judgment. */
export interface Warning {
  code: (typeof warningCodes)[number]
  field: string | null
  message: string
}
/** Reads a request as a careful colleague would: what may mislead the judge, or its reader? */
export declare function lint(
  name: TemplateName | typeof customPrompt,
  turns: readonly Turn[],
  promptTokens: number,
  contextLength: number | null,
): Warning[]
