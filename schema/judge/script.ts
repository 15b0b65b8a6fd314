/** The writing systems that are distinguished. */
export type Script = 'hangul' | 'latin' | 'chinese' | 'japanese' | 'cyrillic'

const letters: readonly { script: Script; pattern: RegExp; weight: number; enough: number }[] = [
  // a syllable of Hangul holds two to three Latin letters; Korean prose carries many Latin terms, so its own
  // share may be smaller than a half
  { script: 'hangul', pattern: /\p{Script=Hangul}/gu, weight: 2.5, enough: 0.4 },
  { script: 'latin', pattern: /\p{Script=Latin}/gu, weight: 1, enough: 0.75 },
  {
    script: 'chinese',
    pattern: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
    weight: 2.5,
    enough: 0.6,
  },
  { script: 'cyrillic', pattern: /\p{Script=Cyrillic}/gu, weight: 1, enough: 0.6 },
]
const minLetters = 8

/**
 * The script a text is written in, or null where it is too short or too mixed to say. Code blocks, inline
 * code and addresses are left out: they are Latin in every language.
 */
export function mainScript(text: string): Script | null {
  const prose = text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`|https?:\/\/\S+/g, ' ')
  const found = letters.map((entry) => ({
    ...entry,
    total: (prose.match(entry.pattern)?.length ?? 0) * entry.weight,
  }))
  const total = found.reduce((sum, entry) => sum + entry.total, 0)
  if (total < minLetters) return null
  const script = found.find((entry) => entry.total >= entry.enough * total)?.script ?? null
  const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
  return script === 'chinese' && kana.test(prose) ? 'japanese' : script
}

/**
 * Whether question and answer are written in different scripts, a signal for the rule of the judge prompts
 * ("different languages: 0 points"). Null when one of them gives no signal. It is a signal and no verdict:
 * a question may ask for a translation.
 */
export function languagesDiffer(question: string, answer: string): boolean | null {
  const asked = mainScript(question)
  const answered = mainScript(answer)
  return asked === null || answered === null ? null : asked !== answered
}
