import type { Texts } from '../ko.ts'

export const audits: Texts['audits'] = {
  title: 'Judge audits',
  lead: 'Find out how far you can trust the ratings of a judge. An audit changes your answers in ways that should or should not affect the rating, and judges them again. No labels needed.',
  form: {
    title: 'New audit',
    sampleSize: 'Rows to sample',
    sampleSizeHint: 'Up to 500, sampled in proportion to the categories.',
    repeats: 'Judgments per original answer',
    repeatsHint: 'Judging the same answer again measures the noise of the judge.',
    check: 'Check size',
    size: 'Audit size',
    start: 'Start audit',
  },
  preview: {
    fileRows: 'Rows in the file',
    drawn: 'Rows sampled',
    probes: 'Probes',
    unused: 'Probes without matching rows',
    refused: 'The file has errors, so no audit was started.',
  },
  list: {
    title: 'Your audits',
    empty: 'No audits yet. Upload a file of answers above to start your first.',
    rows: 'Sampled / all rows',
    baseline: 'Baseline',
    openBaseline: 'Open the baseline',
  },
  run: {
    remove: 'Delete audit',
    removeTitle: 'Delete this audit?',
    removeText: 'This deletes its results and cases and cannot be undone.',
  },
  waiting: 'The report will appear here when the audit ends.',
  drawn: (rows, fileRows) => `${rows} of ${fileRows} rows`,
  cases: 'Browse all judged cases',
  drift: 'Check for drift',
  driftText: (judgments) =>
    `Judge the same cases again (${judgments} judgments) and find out whether weights, precision or ratings have changed since this audit.`,
  driftButton: 'Judge again',
  compare: 'Compare with another judge',
}
