import { type TemplateName, templates } from './templates.ts'

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
export function chooseTemplate(turns: readonly Turn[]): TemplateName {
  const hasReference = turns.some((turn) => turn.reference !== undefined)
  if (turns.length === 2) return hasReference ? 'single-math-v1-multi-turn' : 'single-v1-multi-turn'
  return hasReference ? 'single-math-v1' : 'single-v1'
}

/**
 * The messages a judge model reads. All placeholders are filled in one pass, so that `{answer}` written
 * inside a question is kept as written.
 */
export function renderMessages(name: TemplateName, turns: readonly Turn[]): JudgeMessage[] {
  const template = templates[name]
  const [first, second] = turns
  const values: Record<string, string> = {
    question: first?.question ?? '',
    answer: first?.answer ?? '',
    question_1: first?.question ?? '',
    answer_1: first?.answer ?? '',
    ref_answer_1: first?.reference ?? '',
    question_2: second?.question ?? '',
    answer_2: second?.answer ?? '',
    ref_answer_2: second?.reference ?? '',
  }
  const user = template.user.replace(/\{(\w+)\}/g, (placeholder, key: string) => values[key] ?? placeholder)
  if (template.system === '') return [{ role: 'user', content: user }]
  return [
    { role: 'system', content: template.system },
    { role: 'user', content: user },
  ]
}
