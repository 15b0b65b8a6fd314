import { toDatasetName } from '../../schema/report/dataset-name.ts'
import { buildTables } from '../../schema/report/tables.ts'
import { reportTexts } from '../../schema/report/texts/languages.ts'
import type { Evaluation, Report } from '../api/api-types.ts'
import type { Keval } from '../api/keval.ts'
import { type Call, exitCodes, UsageError } from './cli-context.ts'
import { checkThreshold, writeReportForCi } from './continuous-integration.ts'
import { createProgressDisplay } from './progress-display.ts'
import { renderTable, toJsonLine, toPrintable } from './render.ts'

/** Shows the progress of an evaluation to its end, then its tables. */
export async function waitAndReport(call: Call, keval: Keval, id: string): Promise<number> {
  const ended = await waitForEnd(call, keval, id)
  const report = await showReport(call, keval, id)
  return toExitCode(call, ended, report)
}

/** Shows progress on the error output until the evaluation has ended. */
export async function waitForEnd(call: Call, keval: Keval, id: string): Promise<Evaluation> {
  const { err, signal, texts } = call
  const display = createProgressDisplay(call)
  try {
    const evaluation = await keval.waitFor(id, { onProgress: display.show, signal })
    display.end()
    if (evaluation.status === 'paused') err(`! ${texts.paused(id, evaluation.paused_because ?? '')}\n`)
    return evaluation
  } catch (error) {
    if (signal.aborted) {
      display.end()
      err(`${texts.stillRuns(id)}\n`)
    }
    throw error
  }
}

/** Shows the tables of a report, its notes first. */
export async function showReport(call: Call, keval: Keval, id: string): Promise<Report> {
  const { values, out, language, texts, signal } = call
  const report = await keval.report(id, language, { signal })
  await writeReportForCi(call, keval, report)
  if (values.json) {
    await out(toJsonLine(report))
    return report
  }
  const { name, dataset, model, protocol, status, notes } = report
  const shown = dataset === null ? null : toDatasetName(dataset)
  await out(`\n${toPrintable(texts.reportHead(name, shown, model, protocol, status, id))}\n`)
  for (const note of notes) await out(`! ${toPrintable(note.message)}\n`)
  for (const table of buildTables(report, reportTexts[language])) await out(`\n${renderTable(table)}`)
  return report
}

/** The exit code of an evaluation that has ended. */
export function toExitCode(call: Call, { status, counts }: Evaluation, report: Report): number {
  if (!checkThreshold(call, report)) return exitCodes.belowThreshold
  return status === 'completed' && counts.failed === 0 ? exitCodes.done : exitCodes.incomplete
}

export function getEvaluationId({ positionals, texts }: Pick<Call, 'positionals' | 'texts'>): string {
  if (positionals.length !== 1) throw new UsageError(texts.giveEvaluation)
  return positionals[0]!
}
