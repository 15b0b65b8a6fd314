import { finalConsonant, finalSsangSiot } from './syllable.ts'

type Rule = [ending: RegExp, replacement: (before: string) => string | null]

const fixed = (text: string) => () => text

/** Formal endings (합니다체) at the end of a sentence, and the same in the informal polite style (해요체). */
const toInformal: Rule[] = [
  [/아닙니다$/, fixed('아니에요')],
  [/입니다$/, (before) => copula(before)],
  [/합니다$/, fixed('해요')],
  [/됩니다$/, fixed('돼요')],
  [/같습니다$/, fixed('같아요')],
  [/좋습니다$/, fixed('좋아요')],
  [/없습니다$/, fixed('없어요')],
  [/습니다$/, (before) => (endsInSsangSiot(before) ? '어요' : null)],
  [/십시오$/, fixed('세요')],
]

const toFormal: Rule[] = [
  [/아니에요$/, fixed('아닙니다')],
  [/(?:이에요|예요)$/, fixed('입니다')],
  [/해요$/, fixed('합니다')],
  [/돼요$/, fixed('됩니다')],
  [/같아요$/, fixed('같습니다')],
  [/좋아요$/, fixed('좋습니다')],
  [/없어요$/, fixed('없습니다')],
  [/어요$/, (before) => (endsInSsangSiot(before) ? '습니다' : null)],
  [/주세요$/, fixed('주십시오')],
]

/**
 * The text with the endings of its sentences in the other polite style, where a rule is safe: the rules cover
 * endings whose other form follows from the letters alone. Null where no sentence has such an ending.
 */
export function switchPoliteness(text: string): string | null {
  const informal = withEndings(text, toInformal)
  const changed = informal === text ? withEndings(text, toFormal) : informal
  return changed === text ? null : changed
}

function withEndings(text: string, rules: readonly Rule[]): string {
  return text.replace(/[가-힣A-Za-z0-9)]+(?=[.!?]+(?:\s|$))/g, (word) => {
    for (const [ending, replacement] of rules) {
      if (!ending.test(word)) continue
      const before = word.replace(ending, '')
      const replaced = replacement(before)
      return replaced === null ? word : before + replaced
    }
    return word
  })
}

/** 이에요 behind a consonant, 예요 behind a vowel; unknown behind anything that is no Hangul. */
function copula(before: string): string | null {
  const final = finalConsonant(before.at(-1) ?? '')
  if (final === null) return null
  return final === 0 ? '예요' : '이에요'
}

const endsInSsangSiot = (before: string) => finalConsonant(before.at(-1) ?? '') === finalSsangSiot
