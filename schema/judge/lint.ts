import { customPrompt } from './custom-prompt.ts'
import type { Turn } from './render.ts'
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
  message: string
}

const ratingLike = /\[\[\s*\d+(?:\.\d+)?\s*\]\]/
const nearShare = 0.9
/** Below this many letters a text says nothing about its language. */
const fewLetters = 12

/** Reads a request as a careful colleague would: what may mislead the judge, or its reader? */
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
      warnings.push({
        code: 'empty_reference',
        field: field('reference'),
        message: 'The template shows the judge a reference, and it is empty.',
      })
    }
    if (ratingLike.test(turn.answer)) {
      warnings.push({
        code: 'rating_in_answer',
        field: field('answer'),
        message: 'The answer contains what looks like a rating: it may steer the judge.',
      })
    }
    if (markers.some((marker) => turn.answer.includes(marker))) {
      warnings.push({
        code: 'template_marker_in_answer',
        field: field('answer'),
        message: 'The answer contains a marker of the judge prompt: it may pass for a part of the prompt.',
      })
    }
    if (differInScript(turn.question, turn.answer)) {
      warnings.push({
        code: 'script_mismatch',
        field: field('answer'),
        message: 'Question and answer seem to be in different languages: the judge is told to rate this 0.',
      })
    }
  })
  if (contextLength !== null && promptTokens > contextLength * nearShare) {
    warnings.push({
      code: 'near_context_limit',
      field: null,
      message: `The prompt has about ${promptTokens} tokens of a context of ${contextLength}: the explanation may be cut.`,
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

/** Whether one text is mostly Hangul and the other hardly any, both being long enough to tell. */
function differInScript(left: string, right: string): boolean {
  const [a, b] = [hangulShare(left), hangulShare(right)]
  if (a === null || b === null) return false
  return (a > 0.5 && b < 0.1) || (b > 0.5 && a < 0.1)
}

/** Whether a code unit is one of A to Z, large or small. */
const isLatin = (code: number) => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a

function hangulShare(text: string): number | null {
  let [letters, hangul] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const isSyllable = code >= 0xac00 && code <= 0xd7a3
    if (isSyllable) hangul++
    if (isSyllable || isLatin(code)) letters++
    if (isSyllable || code < 0x80) continue
    if (/\p{Script=Hangul}/u.test(text[i]!)) hangul++
    if (/\p{L}/u.test(text[i]!)) letters++
  }
  return letters < fewLetters ? null : hangul / letters
}
