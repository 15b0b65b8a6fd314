import type { MessageParams } from '../messages/message.ts'
import { customPrompt } from './custom-prompt.ts'
import type { Turn } from './render.ts'
import { languagesDiffer } from './script.ts'
import { type TemplateName, templates } from './templates.ts'

export const warningCodes = [
  'empty_reference',
  'rating_in_answer',
  'template_marker_in_answer',
  'near_context_limit',
  'script_mismatch',
] as const

/** Something about a request that makes its judgment less trustworthy. It never changes the judgment. */
export interface Warning {
  code: (typeof warningCodes)[number]
  field: string | null
  params?: MessageParams
}

const ratingLike = /\[\[\s*\d+(?:\.\d+)?\s*\]\]/
const nearShare = 0.9

/** Finds what in a request may mislead the judge, or the reader of its judgment. */
export function lint(
  name: TemplateName | typeof customPrompt,
  turns: readonly Turn[],
  promptTokens: number,
  contextLength: number | null,
): Warning[] {
  const warnings: Warning[] = []
  turns.forEach((turn, index) => {
    const field = (part: string) => (turns.length === 1 ? part : `turns.${index}.${part}`)
    if (name !== customPrompt && templates[name].reference && (turn.reference ?? '').trim() === '') {
      warnings.push({ code: 'empty_reference', field: field('reference') })
    }
    if (ratingLike.test(turn.answer)) {
      warnings.push({ code: 'rating_in_answer', field: field('answer') })
    }
    if (markers.some((marker) => turn.answer.includes(marker))) {
      warnings.push({ code: 'template_marker_in_answer', field: field('answer') })
    }
    if (languagesDiffer(turn.question, turn.answer) === true) {
      warnings.push({ code: 'script_mismatch', field: field('answer') })
    }
  })
  if (contextLength !== null && promptTokens > contextLength * nearShare) {
    warnings.push({
      code: 'near_context_limit',
      field: null,
      params: { tokens: promptTokens, context: contextLength },
    })
  }
  return warnings
}

/** The bracketed lines of the templates, the fences of the dialogues and the roles inside them. */
const markers: readonly string[] = [
  ...new Set(
    Object.values(templates).flatMap(
      ({ user }) => user.match(/\[[^\]\n{}]{2,}\]|<\|[^|]+\|>|### [^\n]+/g)?.filter(isMarker) ?? [],
    ),
  ),
]

function isMarker(text: string): boolean {
  return !/^\[\[|^\[Question\]$|^\[질문\]$|^\[지시\]$/.test(text)
}
