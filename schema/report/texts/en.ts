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
  failures: 'Failures',
  code: 'code',
  // the head of the page
  head: (judge: string, protocol: string, template: string, repeats: number) =>
    `Judge ${judge} · protocol ${protocol} · template ${template} · ${repeats === 1 ? 'one judgment' : `${repeats} judgments`} per row and turn`,
  status: { receiving: 'receiving', running: 'running', completed: 'completed', cancelled: 'cancelled' },
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
  givenUp: (failed: number) =>
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
  simpleKeval:
    'simple-keval: one template for every row, first turn only, first bracket in the text read as the rating.',
}

export type ReportTexts = typeof en
