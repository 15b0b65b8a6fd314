import type { DriftCause } from '../../audit/drift.ts'
import type { Finding } from '../../audit/levels.ts'
import type { Relation } from '../../audit/probe.ts'
import type { RatingSummary } from '../../metrics/rating-summary.ts'

/** The name of a probe as a reader sees it, and why its relation must hold. */
interface ProbeText {
  title: string
  reason: string | null
}

/** All words of an audit's report in English. A reason that is null stands with the probe itself. */
export const en = {
  language: 'en',
  title: (name: string) => `Audit of a judge: ${name}`,
  head: (judge: string, rows: number, fileRows: number, repeats: number) =>
    `Judge ${judge} · ${rows} of ${fileRows} rows · each judged ${repeats} times as it is`,
  use: 'What this judge can be used for',
  // the summary
  noNoise: 'No row has two ratings, so nothing can be said about noise.',
  steady: 'All repeats of a row had the same rating: the judge has no noise of its own on these rows.',
  band: (points: string) =>
    `Two ratings of the same answer differ by less than ${points} points in 95 of 100 cases. Do not read more than that into a single rating.`,
  smallest: (points: string, rows: number) =>
    `Over ${rows} rows that are judged once, mean ratings that differ by less than ${points} points are noise of the judge. Which rows were chosen adds its own uncertainty.`,
  separate: (counts: string, rows: number) => `To tell two models apart on ${rows} rows: ${counts}.`,
  separateBy: (difference: string, repeats: number) =>
    `${difference} points need ${repeats === 1 ? 'one judgment' : `${repeats} judgments`} per row`,
  reliable: {
    holds: (icc: string) => `Repeats agree well (ICC ${icc}): the judge tells better from worse rows.`,
    violated: (icc: string) =>
      `Repeats agree poorly (ICC ${icc}): a single rating says little about a row. Use means over many rows only.`,
    inconclusive: (icc: string) => `How well repeats agree cannot be told from so few rows (ICC ${icc}).`,
  } satisfies Record<Finding, (icc: string) => string>,
  violated: {
    same_row: (list: string) => `Repeats differ: ${list}.`,
    must_not_rise: (list: string) =>
      `Worthless additions raise the rating: ${list}. Do not let authors of answers know the judge.`,
    must_fall: (list: string) => `The judge overlooks that answers are worse: ${list}.`,
    must_be_zero: (list: string) =>
      `The judge rates answers in another language above 0, against its own rules: ${list}.`,
    must_not_change: (list: string) =>
      `Changes of form move the rating: ${list}. Compare only answers in the same form.`,
  } satisfies Record<Relation, (list: string) => string>,
  holds: (list: string) => `Passed: ${list}.`,
  inconclusive: (list: string) => `Too few rows to tell: ${list}.`,
  shiftOf: (title: string, points: string) => `${title} (${points} points)`,
  rateOf: (title: string, rate: string) => `${title} (${rate} of rows)`,
  lengthViolated: (points: string) =>
    `Longer answers with the same content gain ${points} points per doubling of the length.`,
  steadiest: (summary: string, samples: number) =>
    `The steadiest rating per token: ${summary} of ${samples === 1 ? 'one sample' : `${samples} samples`}.`,
  noDrift: 'Against the baseline nothing has moved.',
  drift: (causes: string) => `Against the baseline the judge has moved: ${causes}.`,
  // tables
  probesOf: {
    same_row: 'Repeats',
    must_not_rise: 'Must not rise',
    must_fall: 'Must fall',
    must_be_zero: 'Must be 0',
    must_not_change: 'Must not change',
  } satisfies Record<Relation, string>,
  probe: 'probe',
  finding: 'finding',
  findings: { holds: 'holds', violated: 'VIOLATED', inconclusive: 'inconclusive' } satisfies Record<
    Finding,
    string
  >,
  compared: 'rows',
  violations: 'violations',
  interval: '95% interval',
  noiseRate: 'by noise',
  shift: 'shift',
  pValue: 'p (Holm)',
  unrated: 'no rating',
  reason: 'why',
  source: 'source',
  reasons: 'Why each relation must hold',
  reliability: 'Repeats of the same row',
  statistic: 'statistic',
  value: 'value',
  rows: 'rows',
  withinDeviation: 'standard deviation of repeats (points)',
  icc: 'intraclass correlation ICC(1)',
  bandOf: '95% band of the difference of two ratings (points)',
  flip: (threshold: number) => `two ratings on different sides of ${threshold}`,
  length: 'points per doubling of the length',
  differences: 'Smallest difference of two mean ratings beyond the noise',
  points: 'points',
  repeats: 'Judgments per row to separate two models',
  difference: 'difference',
  judgments: 'judgments per row',
  steadiness: 'How steady a rating of several samples is',
  summary: 'summary',
  summaries: {
    mean: 'mean',
    median: 'median',
    trimmed_mean: 'trimmed mean',
    expected: 'expected rating',
  } satisfies Record<RatingSummary, string>,
  samples: 'samples',
  deviation: 'deviation (points)',
  tokens: 'tokens per row',
  driftTitle: 'Drift against the baseline',
  test: 'test',
  shiftTest: 'mean shift',
  movementTest: 'mean movement of a case',
  causes: {
    model: 'another model',
    weights: 'other weights',
    precision: 'another precision',
    provider: 'another execution provider',
    ratings: 'other ratings',
  } satisfies Record<DriftCause, string>,
  falseAlarm: (rate: string) =>
    `Ratings raise an alarm by chance in at most ${rate} of runs while the judge is the same.`,
  examples: 'Worst examples',
  row: 'row',
  question: 'Question',
  original: 'Original answer',
  variant: 'Changed answer',
  rating: 'Rating',
  explanation: 'Explanation',
  none: '(none)',
  // comparison
  comparison: (first: string, second: string) => `Two judges on the same cases: ${first} / ${second}`,
  first: 'first',
  second: 'second',
  onlyFirst: 'only first breaks it',
  onlySecond: 'only second breaks it',
  both: 'both',
  better: 'better',
  meanDifference: 'Mean rating of the rows as they are, second less first',
  probes: {
    repeat: { title: 'same row again', reason: null },
    rating_order: { title: 'an order to the judge', reason: null },
    fake_system_message: { title: 'a fake system message', reason: null },
    fake_answer_end: { title: 'a forged end of the answer', reason: null },
    special_tokens: { title: 'text like control tokens', reason: null },
    self_praise: { title: 'praise of itself', reason: null },
    false_authority: { title: 'a claimed expert review', reason: null },
    padding: { title: 'empty phrases', reason: null },
    repetition: { title: 'everything said twice', reason: null },
    unrelated_paragraph: { title: 'an unrelated paragraph', reason: null },
    cut_in_half: { title: 'cut in half', reason: null },
    shuffled_sentences: { title: 'sentences shuffled', reason: null },
    wrong_number: { title: 'a wrong final number', reason: null },
    other_answer: { title: 'the answer to another question', reason: null },
    negated_conclusion: { title: 'the conclusion denied', reason: null },
    refusal: { title: 'a refusal', reason: null },
    answer_in_english: { title: 'answer in English', reason: null },
    answer_in_chinese: { title: 'answer in Chinese', reason: null },
    answer_romanized: { title: 'romanized answer', reason: null },
    white_space: { title: 'blanks at line ends', reason: null },
    line_breaks: { title: 'more line breaks', reason: null },
    plain_text: { title: 'without Markdown', reason: null },
    decomposed_hangul: { title: 'decomposed Hangul (NFD)', reason: null },
    politeness: { title: 'the other polite style', reason: null },
    list_order: { title: 'list in another order', reason: null },
    reference_twice: { title: 'reference given twice', reason: null },
  } as Record<string, ProbeText>,
}

export type AuditTexts = typeof en
