import type { Report } from '../api/reports.ts'
import { decimal, percent, range, type Table } from './table.ts'
import type { ReportTexts } from './texts/en.ts'

/** The mean of each set of weights. */
export function buildWeightsTable(weights: Report['weights'], texts: ReportTexts): Table {
  return {
    title: texts.weights,
    head: [
      texts.digest,
      texts.precision,
      texts.provider,
      texts.score,
      texts.meanRating,
      texts.judgments,
      texts.rated,
    ],
    lines: weights.map((line) => [
      line.weights_digest?.slice(0, 16) ?? texts.none,
      line.precision ?? texts.none,
      line.provider ?? texts.none,
      percent(line.score),
      decimal(line.mean_rating),
      String(line.judgments),
      String(line.rated),
    ]),
  }
}

type ScoreLine = Report['turns'][number] | Report['models'][number] | Report['categories'][number]

export function buildScoreTable(
  texts: ReportTexts,
  title: string,
  name: string,
  lines: (readonly [string, ScoreLine])[],
): Table {
  return {
    title,
    head: [name, ...scoreHead(texts)],
    lines: lines.map(([value, line]) => [value, ...scoreCells(line, texts)]),
  }
}

export const scoreHead = (texts: ReportTexts) => [
  texts.score,
  texts.interval,
  texts.meanRating,
  texts.rows,
  texts.rated,
  texts.wrong,
  '',
]

export const scoreCells = (line: ScoreLine, texts: ReportTexts) => [
  percent(line.score),
  range(line.interval, percent),
  decimal(line.mean_rating),
  String(line.rows),
  String(line.rated),
  String(line.wrong),
  line.few_rows ? texts.tooFewToRank : '',
]
