/** The writing systems that are distinguished. */
export type Script = 'hangul' | 'latin' | 'chinese' | 'japanese' | 'cyrillic'

const letters: readonly {
  script: Exclude<Script, 'japanese'>
  pattern: RegExp
  weight: number
  enough: number
}[] = [
  // a syllable of Hangul holds two to three Latin letters; Korean prose carries many Latin terms, so its own
  // share may be smaller than a half
  { script: 'hangul', pattern: /\p{Script=Hangul}/u, weight: 2.5, enough: 0.4 },
  { script: 'latin', pattern: /\p{Script=Latin}/u, weight: 1, enough: 0.75 },
  {
    script: 'chinese',
    pattern: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u,
    weight: 2.5,
    enough: 0.6,
  },
  { script: 'cyrillic', pattern: /\p{Script=Cyrillic}/u, weight: 1, enough: 0.6 },
]
const minLetters = 8

/**
 * The script a text is written in, or null where it is too short or too mixed to say. Code blocks, inline
 * code and addresses are left out: they are Latin in every language.
 */
export function mainScript(text: string): Script | null {
  const prose = text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`|https?:\/\/\S+/g, ' ')
  const counts = countLetters(prose)
  const found = letters.map((entry, index) => ({ ...entry, total: counts[index]! * entry.weight }))
  const total = found.reduce((sum, entry) => sum + entry.total, 0)
  if (total < minLetters) return null
  const script = found.find((entry) => entry.total >= entry.enough * total)?.script ?? null
  const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
  return script === 'chinese' && kana.test(prose) ? 'japanese' : script
}

/** Counts the letters of each script in a text, in the order of `letters`. */
function countLetters(text: string): Uint32Array {
  // the last count is of what belongs to none
  const counts = new Uint32Array(letters.length + 1)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const remembered = known[unit]
    if (remembered) {
      counts[remembered - 1]! += 1
      continue
    }
    const code = text.codePointAt(i)!
    if (code > 0xffff) i++
    counts[classify(code)]! += 1
  }
  return counts
}

/** 1 + the index in `letters` of each character of the basic plane that was met; 0 for those that were not. */
const known = new Uint8Array(0x10000)

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff

/** The index in `letters`, or their number for what belongs to none. Asking the patterns takes longest, so once each. */
function classify(code: number): number {
  const character = String.fromCodePoint(code)
  const found = letters.findIndex(({ pattern }) => pattern.test(character))
  const index = found === -1 ? letters.length : found
  // half of a pair says nothing of the other pairs it begins
  if (code <= 0xffff && !isSurrogate(code)) known[code] = index + 1
  return index
}

/**
 * Returns whether question and answer are written in different scripts, a signal for the rule of the judge prompts
 * ("different languages: 0 points"). Null when one of them gives no signal. It is a signal and no verdict:
 * a question may ask for a translation.
 */
export function languagesDiffer(question: string, answer: string): boolean | null {
  const asked = mainScript(question)
  const answered = mainScript(answer)
  return asked === null || answered === null ? null : asked !== answered
}
