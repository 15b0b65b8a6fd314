import type { Report } from '../api/reports.ts'
import { toDatasetName } from './dataset-name.ts'
import type { ReportTexts } from './texts/en.ts'

/** The head of a report: what was judged, and how. */
export function describeReport(report: Report, texts: ReportTexts): string {
  const { dataset, model, protocol, template, repeats } = report
  return texts.head(dataset === null ? null : toDatasetName(dataset), model, protocol, template, repeats)
}
