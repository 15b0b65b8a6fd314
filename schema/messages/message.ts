import { en } from './en.ts'
import { ko } from './ko.ts'
import type { Language } from './language.ts'

/** Stable code of a message; its text depends on the reader's language. */
export type MessageCode = keyof typeof en
export type MessageParams = Record<string, string | number>

export interface Message {
  code: MessageCode
  params?: MessageParams
}

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never
type NamesOf<Code extends MessageCode> = Names<(typeof en)[Code]>
/** The parameters that a text has, none left out. */
export type ParamsFor<Code extends MessageCode> = [NamesOf<Code>] extends [never]
  ? []
  : [params: Record<NamesOf<Code>, string | number>]

/** A message; the compiler checks its parameters against the text. */
export function message<Code extends MessageCode>(code: Code, ...[params]: ParamsFor<Code>): Message {
  return params === undefined ? { code } : { code, params }
}

const texts: Record<Language, Record<MessageCode, string>> = { en, ko }

export const isMessageCode = (code: unknown): code is MessageCode =>
  typeof code === 'string' && Object.hasOwn(en, code)

/** The text of a message with its parameters filled in. */
export function renderMessage({ code, params }: Message, language: Language): string {
  return texts[language][code].replace(/\{(\w+)\}/g, (hole, name: string) =>
    params !== undefined && Object.hasOwn(params, name) ? String(params[name]) : hole,
  )
}

/** Returns the values that the text of a message has a placeholder for; undefined if there are none. */
export function paramsIn(code: MessageCode, params: MessageParams | undefined): MessageParams | undefined {
  const named = Object.entries(params ?? {}).filter(([name]) => en[code].includes(`{${name}}`))
  return named.length === 0 ? undefined : Object.fromEntries(named)
}

/** Adds the text of a message, as the API shows it. */
export const withText = <M extends Message>(one: M, language: Language): M & { message: string } => ({
  ...one,
  message: renderMessage(one, language),
})
