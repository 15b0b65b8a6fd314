import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fieldErrors, withMessage } from '../../schema/messages/field-errors.ts'
import { renderMessage } from '../../schema/messages/message.ts'
import type { Question } from './question.ts'

const id = z.union([z.string().min(1).max(200), z.int()]).transform(String)
const text = z.string().min(1).max(200_000)
const turns = z.array(text).min(1).max(2, withMessage('two_turns_at_most'))
const references = z.array(z.string().nullish()).max(2).nullish()
const common = {
  id: id.nullish(),
  question_id: id.nullish(),
  category: z.string().min(1).max(200).nullish(),
}

/** The forms of a line, each recognised by the field that only it has. */
const forms = [
  {
    field: 'questions',
    schema: z
      .object({ ...common, questions: turns, references })
      .transform((line) => ({ ...line, turns: line.questions, references: line.references ?? [] })),
  },
  {
    field: 'turns',
    schema: z
      .object({
        ...common,
        turns: z
          .array(z.union([text, z.object({ question: text, reference: z.string().nullish() })]))
          .min(1)
          .max(2, withMessage('two_turns_at_most')),
        reference: references,
      })
      .transform((line) => ({
        ...line,
        turns: line.turns.map((turn) => (typeof turn === 'string' ? turn : turn.question)),
        references: line.turns.map((turn, index) =>
          typeof turn === 'string' ? line.reference?.[index] : turn.reference,
        ),
      })),
  },
  {
    field: 'pairs',
    schema: z
      .object({
        ...common,
        pairs: z
          .array(z.object({ prompt: text, refer: z.string().nullish() }))
          .min(1)
          .max(2),
      })
      .transform((line) => ({
        ...line,
        turns: line.pairs.map(({ prompt }) => prompt),
        references: line.pairs.map(({ refer }) => refer),
      })),
  },
  {
    field: 'question',
    schema: z
      .object({ ...common, question: text, reference: z.string().nullish() })
      .transform((line) => ({ ...line, turns: [line.question], references: [line.reference] })),
  },
]

const referenceLine = z.object({
  question_id: id,
  choices: z.array(z.object({ turns: z.array(z.string()).min(1) })).min(1),
})

export interface ReadQuestions {
  questions: Question[]
  /** Problems of the file, each with its line. */
  problems: string[]
}

/**
 * Reads questions: our own JSONL, FastChat's `question.jsonl`, LogicKor's, Ko-Bench's, or a JSON array of any of them.
 * `referenceBytes` is a file of reference answers in FastChat's form.
 */
export function readQuestions(bytes: Uint8Array, referenceBytes: Uint8Array | null = null): ReadQuestions {
  const problems: string[] = []
  const questions = new Map<string, Question>()
  for (const { place, value } of parseLines(bytes, problems)) {
    const form = forms.find(({ field }) => value[field] != null)
    if (form === undefined) {
      problems.push(`${place}: none of question, questions, turns or pairs is given`)
      continue
    }
    const parsed = form.schema.safeParse(value)
    if (!parsed.success) {
      problems.push(...toProblems(place, parsed.error))
      continue
    }
    const line = parsed.data
    const ownId = line.id ?? line.question_id ?? null
    const key = ownId ?? digestTurns(line.turns)
    if (questions.has(key))
      problems.push(`${place}: ${ownId === null ? 'the question' : `id ${ownId}`} was used before`)
    questions.set(key, {
      id: ownId,
      key,
      category: line.category ?? null,
      turns: line.turns,
      references: line.turns.map((_, turn) => line.references[turn] || null),
    })
  }
  if (referenceBytes !== null) addReferences(questions, referenceBytes, problems)
  return { questions: [...questions.values()], problems }
}

function addReferences(questions: Map<string, Question>, bytes: Uint8Array, problems: string[]): void {
  for (const { place, value } of parseLines(bytes, problems)) {
    const parsed = referenceLine.safeParse(value)
    if (!parsed.success) {
      problems.push(...toProblems(`reference ${place}`, parsed.error))
      continue
    }
    const question = questions.get(parsed.data.question_id)
    const texts = parsed.data.choices[0]!.turns
    if (question === undefined)
      problems.push(`reference ${place}: there is no question ${parsed.data.question_id}`)
    else if (texts.length < question.turns.length)
      problems.push(
        `reference ${place}: has ${texts.length} turns where the question has ${question.turns.length}`,
      )
    else question.references = question.turns.map((_, turn) => texts[turn] || null)
  }
}

function* parseLines(
  bytes: Uint8Array,
  problems: string[],
): Generator<{ place: string; value: Record<string, unknown> }> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    problems.push('the file is not UTF-8')
    return
  }
  const isArray = text.trimStart().startsWith('[')
  let entries: { place: string; parse: () => unknown }[]
  try {
    entries = isArray
      ? (JSON.parse(text) as unknown[]).map((value, index) => ({
          place: `entry ${index + 1}`,
          parse: () => value,
        }))
      : text
          .split('\n')
          .flatMap((line, index) =>
            line.trim() === ''
              ? []
              : [{ place: `line ${index + 1}`, parse: () => JSON.parse(line) as unknown }],
          )
  } catch {
    problems.push('the file is neither JSON Lines nor a JSON array')
    return
  }
  for (const { place, parse } of entries) {
    let value: unknown
    try {
      value = parse()
    } catch {
      problems.push(`${place}: is not JSON`)
      continue
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      problems.push(`${place}: is not a JSON object`)
    else yield { place, value: value as Record<string, unknown> }
  }
}

const toProblems = (place: string, error: z.ZodError) =>
  fieldErrors(error.issues).map((one) => {
    const field = one.field === 'body' ? 'line' : one.field
    return `${place}: ${field}: ${renderMessage(one, 'en')}`
  })

const digestTurns = (texts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16)
