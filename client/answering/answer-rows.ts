import { classifyAnswer } from './answer-questions.ts'
import type { Journal, JournalEntry } from './journal.ts'
import type { Question } from './question.ts'
import { joinReasoning } from './reasoning.ts'

/** Counts of answered turns, by outcome. */
export interface AnswerTally {
  answered: number
  empty: number
  refused: number
  cut: number
  failed: number
}

export interface AnswerRows {
  /** Lines of an evaluation file. */
  rows: object[]
  /** Rows with an empty answer that are left out. */
  skipped: number
  tally: AnswerTally
}

interface RowOptions {
  model: string
  samples: number
  judgeReasoning: boolean
  skipEmpty: boolean
}

/** The rows of all questions that are answered in every turn, and what became of the others. */
export function toAnswerRows(
  questions: readonly Question[],
  journal: Journal,
  options: RowOptions,
): AnswerRows {
  const found: AnswerRows = {
    rows: [],
    skipped: 0,
    tally: { answered: 0, empty: 0, refused: 0, cut: 0, failed: 0 },
  }
  for (const question of questions) {
    for (let sample = 1; sample <= options.samples; sample++) {
      const entries = question.turns.map((_, index) => journal.get(question.key, sample, index + 1))
      const answered = entries.filter((entry) => entry !== undefined)
      for (const entry of answered) count(found.tally, entry)
      if (answered.length < entries.length) found.tally.failed += entries.length - answered.length
      else if (options.skipEmpty && answered.some((entry) => classifyAnswer(entry).isEmpty)) found.skipped++
      else found.rows.push(toRow(question, sample, answered, options))
    }
  }
  return found
}

function count(tally: AnswerTally, entry: JournalEntry): void {
  const { isEmpty, isCut } = classifyAnswer(entry)
  tally.answered++
  if (isEmpty) tally.empty++
  if (isCut) tally.cut++
  if (entry.refused) tally.refused++
}

function toRow(
  { id, key, category, turns, references }: Question,
  sample: number,
  entries: readonly JournalEntry[],
  { model, samples, judgeReasoning }: RowOptions,
): object {
  const judged = turns.map((question, index) => ({
    question,
    answer: judgeReasoning ? joinReasoning(entries[index]!) : entries[index]!.answer,
    ...(references[index] != null && { reference: references[index] }),
  }))
  const rowId = samples > 1 ? `${key}#${sample}` : id
  return {
    ...(rowId !== null && { id: rowId }),
    ...(category !== null && { category }),
    model,
    ...(judged.length === 1 ? judged[0] : { turns: judged }),
  }
}
