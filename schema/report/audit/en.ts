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
  title: (name: string) => `Judge audit: ${name}`,
  head: (judge: string, rows: number, fileRows: number, repeats: number) =>
    `Judge ${judge} · ${rows} of ${fileRows} rows · ${repeats === 1 ? 'one judgment' : `${repeats} judgments`} per original answer`,
  use: 'What this judge can be used for',
  // the summary
  noNoise: 'No row has two ratings, so noise could not be measured.',
  steady: 'All repeats of a row had the same rating, so no noise was observed on these rows.',
  band: (points: string) =>
    `Two ratings of the same answer differ by less than ${points} points in 95 of 100 cases. Smaller differences between two ratings mean nothing.`,
  smallest: (points: string, rows: number) =>
    `Over ${rows} rows judged once, a difference of less than ${points} points between mean ratings is noise of the judge. The choice of rows adds its own uncertainty.`,
  separate: (counts: string, rows: number) =>
    `Judgments needed to separate two models on ${rows} rows: ${counts}.`,
  separateBy: (difference: string, repeats: number) =>
    `${repeats} per row for a difference of ${difference} points`,
  reliable: {
    holds: (icc: string) =>
      `Repeats agree well (ICC ${icc}): the judge can tell better answers from worse ones.`,
    violated: (icc: string) =>
      `Repeats agree poorly (ICC ${icc}): a single rating says little about an answer. Use only means over many rows.`,
    inconclusive: (icc: string) => `Too few rows to tell how well repeats agree (ICC ${icc}).`,
  } satisfies Record<Finding, (icc: string) => string>,
  violated: {
    same_row: (list: string) => `Repeats differ: ${list}.`,
    must_not_rise: (list: string) =>
      `Worthless additions raise the rating: ${list}. Do not use this judge where authors of answers may write for it.`,
    must_fall: (list: string) => `The judge does not notice worse answers: ${list}.`,
    must_be_zero: (list: string) =>
      `The judge rates answers in another language above 0, against its own rules: ${list}.`,
    must_not_change: (list: string) =>
      `Formatting changes affect the rating: ${list}. Compare only answers in the same format.`,
  } satisfies Record<Relation, (list: string) => string>,
  holds: (list: string) => `Passed: ${list}.`,
  inconclusive: (list: string) => `Too few rows to tell: ${list}.`,
  shiftOf: (title: string, points: string) => `${title} (${points} points)`,
  rateOf: (title: string, rate: string) => `${title} (${rate} of rows)`,
  lengthViolated: (points: string) =>
    `Answers with the same content gain ${points} points when their length doubles.`,
  steadiest: (summary: string, samples: number) =>
    `Most consistent rating per token: ${summary} of ${samples === 1 ? 'one sample' : `${samples} samples`}.`,
  noDrift: 'Nothing has changed since the baseline.',
  drift: (causes: string) => `The judge has changed since the baseline: ${causes}.`,
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
  noiseRate: 'due to noise',
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
  flip: (threshold: number) => `share of rating pairs on different sides of ${threshold}`,
  length: 'rating change when the length doubles',
  differences: 'Smallest difference of two mean ratings beyond the noise',
  points: 'points',
  repeats: 'Judgments per row to separate two models',
  difference: 'difference',
  judgments: 'judgments per row',
  steadiness: 'Consistency by number of samples',
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
  movementTest: 'mean change per case',
  causes: {
    model: 'another model',
    weights: 'other weights',
    precision: 'another precision',
    provider: 'another execution provider',
    ratings: 'other ratings',
  } satisfies Record<DriftCause, string>,
  falseAlarm: (rate: string) =>
    `Chance of a false alarm from ratings while the judge is unchanged: at most ${rate}.`,
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
  onlyFirst: 'violated by first only',
  onlySecond: 'violated by second only',
  both: 'violated by both',
  better: 'better',
  meanDifference: 'Mean rating of the original answers (second − first)',
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
