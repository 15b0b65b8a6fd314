import type { Report } from '../../../schema/api/evaluations.ts'
import { fewestRowsToRank } from '../../../schema/judge/metrics/scores.ts'

/** What a reader must know before trusting the tables, in plain sentences. */
export function notesOf(report: Omit<Report, 'notes'>): string[] {
  const { summary, published, language_rule: language } = report
  const notes: string[] = []
  if (summary.pending > 0) notes.push(`Not finished: ${summary.pending} judgments are still to be made.`)
  if (summary.failed > 0) {
    notes.push(`${summary.failed} judgments were given up and stand in no table; "failures" names the rows.`)
  }
  if (summary.wrong > 0) {
    notes.push(
      `${summary.wrong} judgments have no rating. They count as wrong in diff score and accuracy and are left out of means; none is counted as 0.`,
    )
  }
  if (summary.too_few_to_rank) {
    notes.push(
      `Too few rows to rank: ${summary.rows} of at least ${fewestRowsToRank}. Read the intervals, not the order.`,
    )
  }
  if (published['keval-testset'] > 0) {
    notes.push(
      `${published['keval-testset']} rows equal inputs of keval's published test set: a judge may have seen them.`,
    )
  }
  if (published['ko-bench'] > 0) {
    notes.push(
      `${published['ko-bench']} rows ask questions of Ko-Bench, which are public: a model may have been trained on them.`,
    )
  }
  if (language.missed > 0) {
    notes.push(
      `${language.missed} answers are in another script than their question and were not rated 0 as the judge prompts demand. Translations are a good reason; look at them.`,
    )
  }
  if (report.repeats > 1) {
    notes.push('Intervals take the row as the unit: repeats of a row do not make them narrower.')
  }
  if (report.protocol === 'simple-keval') {
    notes.push(
      'simple-keval: one template for every row, first turn only, first bracket in the text read as the rating.',
    )
  }
  return notes
}
