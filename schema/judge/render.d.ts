import { type TemplateName } from './templates.ts'
export interface Turn {
  question: string
  answer: string
  reference?: string | undefined
}
export interface JudgeMessage {
  role: 'system' | 'user'
  content: string
}
/** The template that follows from what is given: with a reference or without, one turn or two. */
export declare function chooseTemplate(turns: readonly Turn[]): TemplateName
/**
 * The messages a judge model reads. All placeholders are filled in one pass, so that `{answer}` written
 * inside a question stays what the user wrote.
 */
export declare function renderMessages(name: TemplateName, turns: readonly Turn[]): JudgeMessage[]
