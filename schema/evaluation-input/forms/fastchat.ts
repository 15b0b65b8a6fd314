import { z } from 'zod'
import { type FieldError, fieldError, withMessage } from '../../messages/field-errors.ts'
import { answer, given, name, question, reference, requiredId } from '../fields.ts'
import type { ParsedRow } from './form.ts'

/** A line of FastChat's question file (MT-bench). */
export const questionLine = z.object({
  question_id: requiredId,
  category: name,
  turns: z.array(question).min(1).max(2, withMessage('two_turns_at_most')),
  reference: z.array(reference).nullish(),
})

/** A line of a model answer or reference answer file; the first of several choices is read. */
export const answerLine = z.object({
  question_id: requiredId,
  model_id: name,
  choices: z.array(z.object({ turns: z.array(answer).min(1) })).min(1, withMessage('no_choice')),
})

export type QuestionLine = z.output<typeof questionLine>
export type AnswerLine = z.output<typeof answerLine>

/** Most characters of questions and references that are buffered for joining; each line counts for its own overhead too. */
const maxBufferedCharacters = 16_000_000
const charactersPerLine = 200

/** Joins questions, references and answers by `question_id`, in this order. Every turn must have its part. */
export class FastChatJoin {
  readonly #questions = new Map<string, QuestionLine>()
  readonly #references = new Map<string, string[]>()
  #bufferedCharacters = 0

  /** Returns the reason when the question cannot be taken. */
  addQuestion(line: QuestionLine): FieldError | null {
    const { question_id: id, turns, reference: references } = line
    if (this.#questions.has(id)) return fieldError('question_id', 'question_twice', { id })
    if (references?.length && references.length !== turns.length) {
      return countError('reference', 'references_count', references.length, id, turns.length)
    }
    this.#questions.set(id, line)
    return this.#countBuffered([...turns, ...(references ?? []).map((text) => text ?? '')])
  }

  addReference({ question_id: id, choices }: AnswerLine): FieldError | null {
    const asked = this.#questions.get(id)
    const { turns } = choices[0]!
    if (asked === undefined) return fieldError('question_id', 'no_question_of_reference', { id })
    if (this.#references.has(id)) {
      return fieldError('question_id', 'reference_twice', { id })
    }
    if (turns.length !== asked.turns.length) {
      return countError('choices.0.turns', 'references_count', turns.length, id, asked.turns.length)
    }
    this.#references.set(id, turns)
    return this.#countBuffered(turns)
  }

  /** The row of an answer, or why there is none. */
  join({ question_id: id, model_id: model, choices }: AnswerLine): ParsedRow | FieldError {
    const asked = this.#questions.get(id)
    const answers = choices[0]!.turns
    if (asked === undefined) return fieldError('question_id', 'no_question', { id })
    if (answers.length !== asked.turns.length) {
      return countError('choices.0.turns', 'answers_count', answers.length, id, asked.turns.length)
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

  #countBuffered(texts: readonly string[]): FieldError | null {
    this.#bufferedCharacters += texts.reduce((sum, text) => sum + text.length, charactersPerLine)
    if (this.#bufferedCharacters <= maxBufferedCharacters) return null
    return fieldError('line', 'join_buffer_full', { maximum: maxBufferedCharacters })
  }
}

const countError = (
  field: string,
  code: 'references_count' | 'answers_count',
  count: number,
  id: string,
  turns: number,
) => fieldError(field, code, { count, id, turns })
