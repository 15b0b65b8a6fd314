import type { Imported } from '../../../schema/api/imported.ts'
import type { Report } from '../../../schema/api/reports.ts'
import { type Message, message } from '../../../schema/messages/message.ts'
import { fewRowsThreshold } from '../../../schema/metrics/scores.ts'

/** The caveats of a report, the weightiest first. */
export function buildNotes(report: Omit<Report, 'notes'>, imported: Imported | null): Message[] {
  const { summary, answers, published, language_rule: language } = report
  const [inTestset, inKoBench] = [published['keval-testset'], published['ko-bench']]
  const notes: Message[] = []
  if (imported !== null) {
    const { gateway, created_at } = imported.origins[0]!
    notes.push(message('note_imported', { gateway, date: created_at.slice(0, 10) }))
  }
  // first, because it concerns every mean of the report
  if (report.mixed_weights) notes.push(message('note_mixed_weights', { count: report.weights.length }))
  if (answers !== null && Object.values(answers).some((count) => count > 0)) {
    notes.push(message('note_answer_faults', answers))
  }
  if (summary.pending > 0) notes.push(message('note_not_finished', { pending: summary.pending }))
  if (summary.failed > 0) notes.push(message('note_failed_judgments', { failed: summary.failed }))
  if (summary.wrong > 0) notes.push(message('note_no_rating', { wrong: summary.wrong }))
  if (summary.few_rows) {
    notes.push(message('note_too_few_rows', { rows: summary.rows, minimum: fewRowsThreshold }))
  }
  if (inTestset > 0) notes.push(message('note_in_testset', { rows: inTestset }))
  if (inKoBench > 0) notes.push(message('note_in_ko_bench', { rows: inKoBench }))
  if (language.missed > 0) notes.push(message('note_language_missed', { missed: language.missed }))
  if (report.skipped_rows > 0) notes.push(message('note_skipped_rows', { rows: report.skipped_rows }))
  if (report.references_not_shown > 0) {
    notes.push(message('note_references_not_shown', { rows: report.references_not_shown }))
  }
  if (report.ignored_fields.length > 0) {
    notes.push(message('note_ignored_fields', { fields: report.ignored_fields.join(', ') }))
  }
  if (report.rating_summary !== 'mean') {
    notes.push(message('note_rating_summary', { summary: report.rating_summary }))
  }
  if (report.ratings_without_probabilities > 0) {
    notes.push(message('note_without_probabilities', { count: report.ratings_without_probabilities }))
  }
  if (report.repeats > 1) notes.push(message('note_row_is_unit'))
  if (report.protocol === 'simple-keval') notes.push(message('note_simple_keval'))
  return notes
}
