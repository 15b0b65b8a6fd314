import { customPrompt } from '../judge/custom-prompt.ts'
import type { ProtocolName } from '../judge/protocol.ts'
import { type JudgeMessage, renderMessages, type Turn } from '../judge/render.ts'
import { type TemplateName, templates } from '../judge/templates.ts'
import { type Message, message } from '../messages/message.ts'
import { isReferenceCategory } from './reference-categories.ts'
import type { EvaluationRow, GivenPrompt, RowInput } from './row.ts'

/** One judgment that a row is to get: which turn is judged, with which template, on what. */
export interface PlannedJudgment {
  /** 1 or 2. */
  turn: number
  template: TemplateName | typeof customPrompt
  turns: Turn[]
  /** The messages of the judge. */
  messages: JudgeMessage[]
}

export interface PlanOptions {
  protocol: ProtocolName
  /** Null chooses for each row. */
  template: TemplateName | null
}

/**
 * The judgments of a row. `ko-bench` judges every turn, the second together with the first, and shows the
 * reference to the judge in the categories that need one (in every row that has one, where no category is
 * given). `simple-keval` judges the first turn with `single-math-v1`, also with an empty reference. A test
 * set's prompt is judged unchanged. Returns a message when the requested template does not fit the row.
 */
export function planRow(
  row: Pick<EvaluationRow, 'category' | 'input'>,
  options: PlanOptions,
): PlannedJudgment[] | Message {
  const { input } = row
  if ('messages' in input) return [given(input)]
  if (options.protocol === 'simple-keval') return [simpleKeval(input.turns[0]!)]
  if (options.template !== null) return withTemplate(options.template, input.turns)
  const shown = showsReference(row, input.turns)
  const single = show(input.turns.slice(0, 1), shown ? 'single-math-v1' : 'single-v1')
  if (input.turns.length === 1) return [single]
  return [single, show(input.turns, shown ? 'single-math-v1-multi-turn' : 'single-v1-multi-turn')]
}

/** The request behind a judgment of a stored row, by its template. */
export function toPlannedJudgment(template: PlannedJudgment['template'], input: RowInput): PlannedJudgment {
  if ('messages' in input) return given(input)
  if (template === customPrompt) throw new Error('a row of questions and answers has no prompt of its own')
  return show(input.turns.slice(0, templates[template].turns), template)
}

/** The texts as in a judgment request; a custom prompt takes the place of the question. */
export function toTexts({ template, turns, messages }: PlannedJudgment): Partial<Turn> & { turns?: Turn[] } {
  if (template === customPrompt) return { question: messages.at(-1)!.content, answer: '' }
  return turns.length === 2 ? { turns } : { ...turns[0]! }
}

/** Returns whether a row has a reference that its judgments will not show. */
export function hidesReference(row: EvaluationRow, planned: readonly PlannedJudgment[]): boolean {
  if ('messages' in row.input) return false
  return (
    row.input.turns.some(({ reference }) => reference !== undefined) &&
    !planned.some(({ template }) => template !== customPrompt && templates[template].reference)
  )
}

function showsReference(row: Pick<EvaluationRow, 'category'>, turns: readonly Turn[]): boolean {
  if (!turns.some(({ reference }) => reference !== undefined)) return false
  return row.category === null || isReferenceCategory(row.category)
}

function given({ messages, template, turns }: GivenPrompt): PlannedJudgment {
  return { turn: Math.max(1, turns.length), template: template ?? customPrompt, turns, messages }
}

function simpleKeval(turn: Turn): PlannedJudgment {
  return show([turn], 'single-math-v1')
}

function withTemplate(template: TemplateName, turns: Turn[]): PlannedJudgment[] | Message {
  const wanted = templates[template].turns
  if (turns.length < wanted) return message('template_needs_two_turns', { template })
  return [show(turns.slice(0, wanted), template)]
}

/** The turns as the template shows them: references where it has room for one, also empty, and only there. */
function show(given: Turn[], template: TemplateName): PlannedJudgment {
  const { reference: hasRoom } = templates[template]
  const turns = given.map(({ question, answer, reference }) => ({
    question,
    answer,
    ...(hasRoom && { reference: reference ?? '' }),
  }))
  return { turn: turns.length, template, turns, messages: renderMessages(template, turns) }
}
