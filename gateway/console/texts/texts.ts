import type { Language } from '../../../schema/api/application.ts'
import { en } from './en.ts'
import { ko, type Texts } from './ko.ts'

export type { Texts }

const texts: Record<Language, Texts> = { ko, en }
export const getTexts = (language: Language): Texts => texts[language]
