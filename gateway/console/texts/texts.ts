import type { Language } from '../../../schema/api/application.ts'
import { en } from './en.ts'
import { ko } from './ko.ts'

/** All that the console says. Korean is the measure: the other language has the very same keys. */
export type Texts = typeof ko

const texts: Record<Language, Texts> = { ko, en }
export const textsOf = (language: Language): Texts => texts[language]
