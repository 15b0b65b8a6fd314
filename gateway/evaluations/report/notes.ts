import type { Report } from '../../../schema/api/reports.ts'
import { minRowsToRank } from '../../../schema/metrics/scores.ts'
import type { ReportTexts } from '../../../schema/report/texts/en.ts'

/** The caveats of a report. */
export function buildNotes(report: Omit<Report, 'notes'>, texts: ReportTexts): string[] {
  const { summary, published, language_rule: language } = report
  const notes: string[] = []
  // first, for it concerns every mean of the report
  if (report.mixed_weights) notes.push(texts.mixedWeights(report.weights.length))
  if (summary.pending > 0) notes.push(texts.notFinished(summary.pending))
  if (summary.failed > 0) notes.push(texts.failedRows(summary.failed))
  if (summary.wrong > 0) notes.push(texts.noRating(summary.wrong))
  if (summary.too_few_to_rank) notes.push(texts.tooFew(summary.rows, minRowsToRank))
  if (published['keval-testset'] > 0) notes.push(texts.inTestset(published['keval-testset']))
  if (published['ko-bench'] > 0) notes.push(texts.inKoBench(published['ko-bench']))
  if (language.missed > 0) notes.push(texts.languageMissed(language.missed))
  if (report.skipped_rows > 0) notes.push(texts.skippedRows(report.skipped_rows))
  if (report.references_not_shown > 0) notes.push(texts.referencesNotShown(report.references_not_shown))
  if (report.ignored_fields.length > 0) notes.push(texts.ignoredFields(report.ignored_fields.join(', ')))
  if (report.repeats > 1) notes.push(texts.rowIsUnit)
  if (report.protocol === 'simple-keval') notes.push(texts.simpleKeval)
  return notes
}
