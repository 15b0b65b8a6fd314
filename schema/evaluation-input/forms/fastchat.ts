import { z } from 'zod'
import { answer, given, mustBe, name, question, reference, requiredId } from '../fields.ts'
import type { InputProblem } from '../row.ts'
import type { ParsedRow } from './form.ts'

/** A line of FastChat's question file (MT-bench). */
export const questionLine = z.object({
  question_id: requiredId,
  category: name,
  turns: z.array(question, mustBe('a list of questions')).min(1).max(2, 'may have at most two turns'),
  reference: z.array(reference).nullish(),
})

/** A line of a model answer or reference answer file; the first of several choices is read. */
export const answerLine = z.object({
  question_id: requiredId,
  model_id: name,
  choices: z
    .array(
      z.object({ turns: z.array(answer, mustBe('a list of answers')).min(1) }),
      mustBe('a list of choices'),
    )
    .min(1, 'must have a choice'),
})

export type QuestionLine = z.output<typeof questionLine>
export type AnswerLine = z.output<typeof answerLine>
type Refusal = Pick<InputProblem, 'field' | 'message'>

/** Most characters of questions and references that are held for joining; each line counts for its own overhead too. */
const maxHeldCharacters = 16_000_000
const charactersPerLine = 200

/** Joins questions, references and answers by `question_id`, in this order. Every turn must have its part. */
export class FastChatJoin {
  readonly #questions = new Map<string, QuestionLine>()
  readonly #references = new Map<string, string[]>()
  #held = 0

  /** Returns the reason when the question cannot be taken. */
  addQuestion(line: QuestionLine): Refusal | null {
    const { question_id: id, turns, reference: references } = line
    if (this.#questions.has(id)) return { field: 'question_id', message: `question ${id} was given before` }
    if (references?.length && references.length !== turns.length) {
      return { field: 'reference', message: countMessage('reference', references.length, id, turns.length) }
    }
    this.#questions.set(id, line)
    return this.#hold([...turns, ...(references ?? []).map((text) => text ?? '')])
  }

  addReference({ question_id: id, choices }: AnswerLine): Refusal | null {
    const asked = this.#questions.get(id)
    const { turns } = choices[0]!
    if (asked === undefined)
      return { field: 'question_id', message: `no question ${id} came before this reference` }
    if (this.#references.has(id)) {
      return { field: 'question_id', message: `a reference of question ${id} was given before` }
    }
    if (turns.length !== asked.turns.length) {
      const message = countMessage('reference', turns.length, id, asked.turns.length)
      return { field: 'choices.0.turns', message }
    }
    this.#references.set(id, turns)
    return this.#hold(turns)
  }

  /** The row of an answer, or why there is none. */
  join({ question_id: id, model_id: model, choices }: AnswerLine): ParsedRow | Refusal {
    const asked = this.#questions.get(id)
    const answers = choices[0]!.turns
    if (asked === undefined)
      return { field: 'question_id', message: `no question ${id} came before this answer` }
    if (answers.length !== asked.turns.length) {
      const message = countMessage('answer', answers.length, id, asked.turns.length)
      return { field: 'choices.0.turns', message }
    }
    const references = this.#references.get(id) ?? asked.reference ?? []
    return {
      id,
      category: asked.category ?? null,
      model: model ?? null,
      label: null,
      input: {
        turns: answers.map((text, turn) => ({
          question: asked.turns[turn]!,
          answer: text,
          ...given(references[turn]),
        })),
      },
    }
  }

  #hold(texts: readonly string[]): Refusal | null {
    this.#held += texts.reduce((sum, text) => sum + text.length, charactersPerLine)
    if (this.#held <= maxHeldCharacters) return null
    const message = `the questions and references have more than ${maxHeldCharacters} characters, or too many lines`
    return { field: 'line', message }
  }
}

const countMessage = (what: string, count: number, id: string, turns: number) =>
  `has ${count} ${what}${count === 1 ? '' : 's'}, but question ${id} has ${turns} turn${turns === 1 ? '' : 's'}`
