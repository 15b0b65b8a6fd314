import type { Child } from 'hono/jsx'
import { said } from '../texts/said.ts'
import type { Texts } from '../texts/texts.ts'

const koreanLetters = /[가-힣]/

/** A sentence of the API: in the reader's language where it is known, else as it came, marked as English. */
export function Said({ t, text }: { t: Texts; text: string }): Child {
  const known = said(t.sentences, text)
  if (known !== null) return known
  // the application form's own messages come in the reader's language
  return koreanLetters.test(text) ? text : <span lang="en">{text}</span>
}
