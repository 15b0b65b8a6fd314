import { z } from 'zod'
import { answer, given, id, mustBe, name, question, reference } from './fields.ts'
import type { EvaluationRow, InputProblem } from './row.ts'

/** FastChat's MT-bench: a line of a question file. */
export const questionLine = z.object({
  question_id: id,
  category: name,
  turns: z.array(question, mustBe('a list of questions')).min(1).max(2, 'may have at most two turns'),
  reference: z.array(reference).nullish(),
})

/** A line of a model answer or reference answer file; of several choices the first is taken. */
export const answerLine = z.object({
  question_id: id,
  model_id: name,
  choices: z
    .array(
      z.object({ turns: z.array(answer, mustBe('a list of answers')).min(1) }),
      mustBe('a list of choices'),
    )
    .min(1, 'must have a choice'),
})

/** Most questions and references held for joining, in characters; each line counts for what holding it takes beside. */
const maxHeld = 16_000_000
const perLine = 200

/** Joins questions, references and answers by `question_id`. Questions and references must come first. */
export class FastChatJoin {
  readonly #questions = new Map<string, z.output<typeof questionLine>>()
  readonly #references = new Map<string, string[]>()
  #held = 0

  /** Answers a message when there is no room for more. */
  addQuestion(line: z.output<typeof questionLine>): string | null {
    this.#questions.set(line.question_id, line)
    return this.#hold([...line.turns, ...(line.reference ?? []).map((text) => text ?? '')])
  }

  addReference(line: z.output<typeof answerLine>): string | null {
    this.#references.set(line.question_id, line.choices[0]!.turns)
    return this.#hold(line.choices[0]!.turns)
  }

  /** The row of an answer, or what is wrong with it. */
  join(line: z.output<typeof answerLine>): EvaluationRow | Pick<InputProblem, 'field' | 'message'> {
    const asked = this.#questions.get(line.question_id)
    if (asked === undefined) {
      return { field: 'question_id', message: `no question ${line.question_id} came before this answer` }
    }
    const references = this.#references.get(line.question_id) ?? asked.reference ?? []
    const answers = line.choices[0]!.turns.slice(0, asked.turns.length)
    return {
      id: line.question_id,
      category: asked.category ?? null,
      model: line.model_id ?? null,
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

  #hold(texts: readonly string[]): string | null {
    this.#held += texts.reduce((sum, text) => sum + text.length, perLine)
    if (this.#held <= maxHeld) return null
    return `the questions and references have more than ${maxHeld} characters, or too many lines`
  }
}
