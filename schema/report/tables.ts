import type { Report } from '../api/evaluations.ts'

/** Numbers as the tables show them; a dash where there is none. */
export const percent = (value: number | null) => (value === null ? '–' : `${(value * 100).toFixed(1)}%`)
export const decimal = (value: number | null, digits = 2) => (value === null ? '–' : value.toFixed(digits))
export const range = (interval: readonly [number, number] | null, show: (value: number) => string) =>
  interval === null ? '–' : `${show(interval[0])} … ${show(interval[1])}`

/** A table of a report, before it becomes Markdown or HTML. */
export interface Table {
  title: string
  head: string[]
  lines: string[][]
}

const columns = Array.from({ length: 11 }, (_, value) => String(value))

/** Every table of a report, in reading order. */
export function tablesOf(report: Report): Table[] {
  const { summary, diff, accuracy, agreement, consistency, language_rule: language } = report
  const tables: Table[] = [
    {
      title: 'Summary',
      head: ['score', '95% interval', 'mean rating', 'rows', 'judgments', 'rated', 'wrong', 'failed'],
      lines: [
        [
          decimal(summary.score),
          range(summary.interval, decimal),
          decimal(summary.mean_rating),
          ...[summary.rows, summary.judgments, summary.rated, summary.wrong, summary.failed].map(String),
        ],
      ],
    },
  ]
  for (const [title, line, interval] of [
    ['Diff score', diff, report.intervals.diff],
    ['Accuracy', accuracy, report.intervals.accuracy],
  ] as const) {
    if (line === null) continue
    const wrong = `${line.wrong} (${percent(line.length === 0 ? null : line.wrong / line.length)})`
    tables.push({
      title,
      head: ['model', 'wrong', 'score', 'length', ...columns, '95% interval'],
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
    const names = {
      spearman: 'Spearman',
      kendall_tau_b: 'Kendall tau-b',
      cohen_kappa: "Cohen's kappa",
      quadratic_weighted_kappa: 'Quadratic weighted kappa',
      mean_absolute_error: 'Mean absolute error',
    }
    tables.push({
      title: `Agreement with the labels (${agreement.pairs} pairs)`,
      head: ['statistic', 'value', '95% interval'],
      lines: (Object.keys(names) as (keyof typeof names)[]).map((name) => [
        names[name],
        decimal(agreement[name], 3),
        range(agreement.intervals[name] ?? null, (value) => decimal(value, 3)),
      ]),
    })
  }
  tables.push(
    scores(
      'Categories',
      'category',
      report.categories.map((line) => [line.category ?? '(none)', line]),
    ),
    scores(
      'Turns',
      'turn',
      report.turns.map((line) => [String(line.turn), line]),
    ),
    scores(
      'Models',
      'model',
      report.models.map((line) => [line.model, line]),
    ),
  )
  if (consistency !== null) {
    tables.push({
      title: 'Consistency over repeats',
      head: ['compared', 'identical', 'mean deviation', 'mean range', 'widest range'],
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
  if (language.checked > 0) {
    tables.push({
      title: 'Language rule: question and answer in different scripts',
      head: ['', 'judge gave 0', 'judge gave more'],
      lines: [
        ['scripts differ', String(language.followed), String(language.missed)],
        ['same script', String(language.zero_without_signal), String(language.neither)],
      ],
    })
  }
  if (report.failures.length > 0) {
    tables.push({
      title: 'Failures',
      head: ['code', 'judgments', 'rows'],
      lines: report.failures.map(({ code, count, rows }) => [code, String(count), rows.join(', ')]),
    })
  }
  return tables
}

type ScoreLine = Report['turns'][number] | Report['models'][number] | Report['categories'][number]

function scores(title: string, name: string, lines: (readonly [string, ScoreLine])[]): Table {
  return {
    title,
    head: [name, 'score', '95% interval', 'mean rating', 'rows', 'rated', 'wrong', ''],
    lines: lines.map(([value, line]) => [
      value,
      decimal(line.score),
      range(line.interval, decimal),
      decimal(line.mean_rating),
      String(line.rows),
      String(line.rated),
      String(line.wrong),
      line.too_few_to_rank ? 'too few rows to rank' : '',
    ]),
  }
}
