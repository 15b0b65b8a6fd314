/** All words of a report in English. */
export const en = {
  language: 'en',
  // tables
  summary: 'Summary',
  score: 'score',
  interval: '95% interval',
  meanRating: 'mean rating',
  rows: 'rows',
  judgments: 'judgments',
  rated: 'rated',
  wrong: 'wrong',
  wrongFormat: 'wrong format',
  failed: 'failed',
  diffScore: 'Diff score',
  accuracy: 'Accuracy',
  model: 'model',
  length: 'length',
  agreement: (pairs: number) => `Agreement with the labels (${pairs} pairs)`,
  statistic: 'statistic',
  value: 'value',
  spearman: 'Spearman',
  kendallTauB: 'Kendall tau-b',
  cohenKappa: "Cohen's kappa",
  quadraticWeightedKappa: 'Quadratic weighted kappa',
  meanAbsoluteError: 'Mean absolute error',
  categories: 'Categories',
  category: 'category',
  turns: 'Turns',
  turn: 'turn',
  models: 'Models',
  perTurn: 'Models by category and turn',
  none: '(none)',
  tooFewToRank: 'too few rows to rank',
  consistency: 'Consistency over repeats',
  compared: 'compared',
  identical: 'identical',
  meanDeviation: 'mean deviation',
  meanRange: 'mean range',
  widestRange: 'widest range',
  languageRule: 'Language rule: question and answer in different scripts',
  judgeGaveZero: 'judge gave 0',
  judgeGaveMore: 'judge gave more',
  scriptsDiffer: 'scripts differ',
  sameScript: 'same script',
  weights: 'Weights of the judge',
  digest: 'digest',
  precision: 'precision',
  provider: 'provider',
  failures: 'Failures',
  code: 'code',
  // the head of the page
  head: (judge: string, protocol: string, template: string, repeats: number) =>
    `Judge ${judge} · protocol ${protocol} · template ${template} · ${repeats === 1 ? 'one judgment' : `${repeats} judgments`} per row and turn`,
  status: {
    receiving: 'receiving',
    running: 'running',
    paused: 'paused',
    completed: 'completed',
    cancelled: 'cancelled',
  },
  otherProtocol: 'Other protocol',
  underOther: (protocol: string, score: string, id: string, difference: string) =>
    `Under ${protocol} the same file scored ${score} (${id}): a difference of ${difference}.`,
  // plots
  ratings: 'Ratings',
  scoreByCategory: 'Score by category',
  scoreByModel: 'Score by model',
  labelsAgainstRatings: 'Labels against ratings',
  modelAgainstModel: 'Model against model, category by category',
  distributionLabel: 'How often each rating was given',
  intervalsLabel: 'Scores with their 95% intervals',
  confusionLabel: 'Labels down, ratings across',
  againstLabel: (x: string, y: string) => `Scores of ${y} (up) against ${x} (across)`,
  rating: 'rating',
  label: 'label',
  // notes
  notFinished: (pending: number) => `Not finished: ${pending} judgments are still to be made.`,
  failedRows: (failed: number) =>
    `${failed} judgments were given up and stand in no table; "failures" names the rows.`,
  noRating: (wrong: number) =>
    `${wrong} judgments have no rating. They count as wrong in diff score and accuracy and are left out of means; none is counted as 0.`,
  tooFew: (rows: number, fewest: number) =>
    `Too few rows to rank: ${rows} of at least ${fewest}. Read the intervals, not the order.`,
  inTestset: (rows: number) =>
    `${rows} rows equal inputs of keval's published test set: a judge may have seen them.`,
  inKoBench: (rows: number) =>
    `${rows} rows ask questions of Ko-Bench, which are public: a model may have been trained on them.`,
  languageMissed: (missed: number) =>
    `${missed} answers are in another script than their question and were not rated 0 as the judge prompts demand. Translations are a good reason; look at them.`,
  rowIsUnit: 'Intervals take the row as the unit: repeats of a row do not make them narrower.',
  mixedWeights: (count: number) =>
    `Caution: the judge's weights changed during this evaluation. ${count} sets of weights judged its rows, and every mean below mixes them; the table of weights has the mean of each.`,
  referencesNotShown: (rows: number) =>
    `${rows} rows have a reference that the judge did not see: their category is not one of math, reasoning and coding, or the template shows none.`,
  skippedRows: (rows: number) => `Rows left out because an answer is empty: ${rows}.`,
  ignoredFields: (names: string) => `Fields of the file that were not read: ${names}.`,
  // a comparison
  paired: (byId: number, byQuestion: number) =>
    `Paired by id and question: ${byId}; by question: ${byQuestion}.`,
  idsDiffer: (count: number) =>
    `${count} ids stand for different questions in a and b; those rows were paired by question.`,
  unpaired: (x: number, y: number) =>
    `Not paired, since the other side lacks the question: ${x} of a, ${y} of b.`,
  unpairedRows: 'Not paired',
  side_: 'side',
  row: 'row',
  question: 'question',
  mixedWeightsOfSide: (name: string) =>
    `Caution: ${name} was judged by more than one set of weights; its ratings mix them.`,
  otherWeights:
    'Caution: a and b were judged by different weights; their difference may be that of the judges.',
  comparison: 'Comparison',
  sides: (x: string, y: string) => `a: ${x} · b: ${y}`,
  side: (name: string, judge: string, protocol: string) => `${name}, judge ${judge}, protocol ${protocol}`,
  differences: 'Difference of b over a, row by row',
  pairedRating: 'rating',
  commonRows: 'rows',
  difference: 'b − a',
  pValue: 'p',
  wins: 'b above / tie / a above',
  agreementOfBoth: 'Agreement of a and b',
  meanByCategory: 'Mean ratings by category',
  scoresOfRows: 'Ratings of the rows: a across, b up',
  rowsAt: (x: string, y: string, count: number) => `a ${x}, b ${y}: ${count} rows`,
  differenceLabel: 'Difference with its 95% interval; below, rows won by a, by neither, by b',
  unclear: 'The 95% interval includes 0, so the difference is not significant.',
  clear: 'The 95% interval does not include 0.',
  nothingInCommon: 'The two evaluations have no rated question in common.',
  tooFewInCommon: (pairs: number, fewest: number) =>
    `Too few rows to rank: ${pairs} in common, of at least ${fewest}.`,
  otherQuestions: 'The two evaluations do not ask the same questions.',
  otherProtocols: 'The two evaluations follow different protocols.',
  simpleKeval:
    'simple-keval: one template for every row, first turn only, first bracket in the text read as the rating.',
}

export type ReportTexts = typeof en
