import type { Report } from '../api/reports.ts'
import { buildScoreTable, buildWeightsTable, scoreCells, scoreHead } from './score-tables.ts'
import { decimal, percent, range, type Table } from './table.ts'
import { en, type ReportTexts } from './texts/en.ts'

const columns = Array.from({ length: 11 }, (_, value) => String(value))

/** The measures of agreement, as the API names them, with their titles. */
export const statistics = (texts: ReportTexts) =>
  [
    ['spearman', texts.spearman],
    ['kendall_tau_b', texts.kendallTauB],
    ['cohen_kappa', texts.cohenKappa],
    ['quadratic_weighted_kappa', texts.quadraticWeightedKappa],
    ['mean_absolute_error', texts.meanAbsoluteError],
  ] as const

/** Every table of a report, in reading order. */
export function buildTables(report: Report, texts: ReportTexts = en): Table[] {
  const { summary, diff, accuracy, agreement, consistency, language_rule: language } = report
  const tables: Table[] = [
    ...(report.mixed_weights ? [buildWeightsTable(report.weights, texts)] : []),
    {
      title: texts.summary,
      head: [
        texts.score,
        texts.interval,
        texts.meanRating,
        texts.rows,
        texts.judgments,
        texts.rated,
        texts.wrong,
        texts.failed,
        texts.wrongFormat,
      ],
      lines: [
        [
          percent(summary.score),
          range(summary.interval, percent),
          decimal(summary.mean_rating),
          ...[summary.rows, summary.judgments, summary.rated, summary.wrong, summary.failed].map(String),
          `${percent(report.wrong_format.share)} (${range(report.wrong_format.interval, percent)})`,
        ],
      ],
    },
  ]
  for (const [title, line, interval] of [
    [texts.diffScore, diff, report.intervals.diff],
    [texts.accuracy, accuracy, report.intervals.accuracy],
  ] as const) {
    if (line === null) continue
    const wrong = `${line.wrong} (${percent(line.length === 0 ? null : line.wrong / line.length)})`
    tables.push({
      title,
      head: [texts.model, texts.wrong, texts.score, texts.length, ...columns, texts.interval],
      lines: [
        [
          report.model,
          wrong,
          percent(line.score),
          String(line.length),
          ...columns.map((column) => String(line.counts[column] ?? 0)),
          range(interval, percent),
        ],
      ],
    })
  }
  if (agreement !== null) {
    tables.push({
      title: texts.agreement(agreement.pairs),
      head: [texts.statistic, texts.value, texts.interval],
      lines: statistics(texts).map(([name, title]) => [
        title,
        decimal(agreement[name], 3),
        range(agreement.intervals[name] ?? null, (value) => decimal(value, 3)),
      ]),
    })
  }
  tables.push(
    buildScoreTable(
      texts,
      texts.categories,
      texts.category,
      report.categories.map((line) => [line.category ?? texts.none, line]),
    ),
    buildScoreTable(
      texts,
      texts.turns,
      texts.turn,
      report.turns.map((line) => [String(line.turn), line]),
    ),
    buildScoreTable(
      texts,
      texts.models,
      texts.model,
      report.models.map((line) => [line.model, line]),
    ),
  )
  // where there is one model and one turn, the categories say it all
  if (report.turns.length > 1 || report.models.length > 1) {
    tables.push({
      title: texts.perTurn,
      head: [texts.model, texts.category, texts.turn, ...scoreHead(texts)],
      lines: report.per_turn.map((line) => [
        line.model,
        line.category ?? texts.none,
        String(line.turn),
        ...scoreCells(line, texts),
      ]),
    })
  }
  if (consistency !== null) {
    tables.push({
      title: texts.consistency,
      head: [texts.compared, texts.identical, texts.meanDeviation, texts.meanRange, texts.widestRange],
      lines: [
        [
          String(consistency.compared),
          percent(consistency.identical),
          decimal(consistency.mean_deviation),
          decimal(consistency.mean_range),
          decimal(consistency.widest_range, 1),
        ],
      ],
    })
  }
  const { judge_noise: noise } = report
  if (noise !== null) {
    tables.push({
      title: noise.audit === null ? texts.noiseByRepeats : texts.noiseByAudit(noise.audit),
      head: [texts.noiseDeviation, texts.rejudgedInterval],
      lines: [[decimal(noise.deviation), range(noise.score_interval, percent)]],
    })
  }
  if (language.checked > 0) {
    tables.push({
      title: texts.languageRule,
      head: ['', texts.judgeGaveZero, texts.judgeGaveMore],
      lines: [
        [texts.scriptsDiffer, String(language.followed), String(language.missed)],
        [texts.sameScript, String(language.zero_without_signal), String(language.neither)],
      ],
    })
  }
  if (report.failures.length > 0) {
    tables.push({
      title: texts.failures,
      head: [texts.code, texts.judgments, texts.rows],
      lines: report.failures.map(({ code, count, rows }) => [code, String(count), rows.join(', ')]),
    })
  }
  if (!report.mixed_weights) tables.push(buildWeightsTable(report.weights, texts))
  return tables
}
