import { appendFile, writeFile } from 'node:fs/promises'
import type { Comparison, Report } from '../api/api-types.ts'
import type { Keval } from '../api/keval.ts'
import { type Call, getNumber, getText, UsageError } from './cli-context.ts'
import { renderJunit, type TestCase } from './junit.ts'

/** The file that GitHub shows as the summary of a step; refuses early when there is none. */
export function getStepSummaryFile({ values, environment, texts }: Call): string | null {
  if (values['github-summary'] !== true) return null
  const file = environment.GITHUB_STEP_SUMMARY
  if (!file) throw new UsageError(texts.noStepSummary)
  return file
}

export const getThreshold = (call: Call) => getNumber(call, 'fail-under', { max: 10 })

/** Returns whether the mean rating reaches `--fail-under`, and prints when it does not. No rating never reaches it. */
export function checkThreshold(call: Call, report: Report): boolean {
  const threshold = getThreshold(call)
  const { mean_rating: mean } = report.summary
  if (threshold === undefined || (mean !== null && mean >= threshold)) return true
  call.err(`${call.texts.belowThreshold(mean, threshold)}\n`)
  return false
}

/** Writes the JUnit file and the step summary of an evaluation where they are asked for. */
export async function writeReportForCi(call: Call, keval: Keval, report: Report): Promise<void> {
  const summary = getStepSummaryFile(call)
  if (summary !== null) {
    const text = await keval.reportText(report.id, 'markdown', call.language, { signal: call.signal })
    await appendFile(summary, `${text}\n`)
  }
  await writeJunit(call, `keval ${report.name}`, toTestCases(call, report))
}

/** Writes the JUnit file and the step summary of a comparison where they are asked for. */
export async function writeComparisonForCi(
  call: Call,
  compared: Comparison,
  regression: string | null,
  markdown: () => Promise<string>,
): Promise<void> {
  const summary = getStepSummaryFile(call)
  if (summary !== null) await appendFile(summary, `${await markdown()}\n`)
  const { x, y, rating } = compared
  const details = JSON.stringify({
    difference: rating.difference,
    interval: rating.interval,
    p_value: rating.p_value,
  })
  const name = `${x.name} → ${y.name}`
  await writeJunit(call, 'keval compare', [{ name, output: details, failure: regression }])
}

async function writeJunit(call: Call, suite: string, cases: readonly TestCase[]): Promise<void> {
  const file = getText(call.values, 'junit')
  if (file !== undefined) await writeFile(file, renderJunit(suite, cases))
}

/** The threshold as one case, each model with its rating, and each kind of failed judgment. */
function toTestCases(call: Call, report: Report): TestCase[] {
  const threshold = getThreshold(call)
  const { mean_rating: mean, failed, pending } = report.summary
  const below = threshold !== undefined && (mean === null || mean < threshold)
  return [
    {
      name: 'mean rating',
      output: `${mean ?? '–'}`,
      failure: below ? call.texts.belowThreshold(mean, threshold) : null,
    },
    ...report.categories.map(({ category, mean_rating: rating, rated, rows }) => ({
      name: `category ${category ?? '–'}`,
      output: `${rating ?? '–'} (${rated} rated, ${rows} rows)`,
      failure: null,
    })),
    {
      name: 'every row judged',
      output: report.failures
        .map(({ code, count, rows }) => `${code}: ${count} (${rows.join(', ')})`)
        .join('\n'),
      failure: failed + pending > 0 ? call.texts.notJudged(failed, pending) : null,
    },
  ]
}
