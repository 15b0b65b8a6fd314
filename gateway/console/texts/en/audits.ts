import type { Texts } from '../ko.ts'

export const audits: Texts['audits'] = {
  title: 'Judge audits',
  lead: 'Changes your own answers in ways whose effect is known and judges them, to show how far the ratings of a judge can be trusted. No labels are needed.',
  form: {
    title: 'New audit',
    sampleSize: 'Rows to draw',
    sampleSizeHint: 'Each category in proportion; at most 500.',
    repeats: 'Judgments of each original answer',
    repeatsHint: 'The same answer judged again measures the noise of the judge.',
    check: 'Check the size',
    size: 'Size of the audit',
    start: 'Start the audit',
  },
  preview: {
    fileRows: 'Rows of the file',
    drawn: 'Rows drawn',
    probes: 'Probes',
    unused: 'Probes that apply to no row',
    refused: 'The file has errors. Nothing was started.',
  },
  list: {
    title: 'Your audits',
    empty: 'No audit yet. Upload a file of answers above to start the first.',
    rows: 'Drawn / all rows',
    baseline: 'Baseline',
    openBaseline: 'Open the baseline',
  },
  run: {
    remove: 'Delete the audit',
    removeTitle: 'Delete this audit?',
    removeText: 'Deletes its results and cases. This cannot be undone.',
  },
  waiting: 'The report appears here when the audit has ended.',
  drawn: (rows, fileRows) => `${rows} of ${fileRows} rows`,
  cases: 'Browse all judged cases',
  drift: 'Is it still the same judge?',
  driftText: (judgments) =>
    `Judges the same cases again with this audit as the baseline (${judgments} judgments), and tells whether weights, precision or ratings have moved.`,
  driftButton: 'Judge again',
  compare: 'Compare with another judge',
}
