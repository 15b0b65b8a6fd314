import { buildFindingTables } from '../../schema/report/audit/tables.ts'
import { auditTexts } from '../../schema/report/audit/texts.ts'
import type { Audit, AuditReport } from '../api/api-types.ts'
import type { Keval } from '../api/keval.ts'
import { type Call, exitCodes, getChoice } from './cli-context.ts'
import { createProgressDisplay } from './progress-display.ts'
import { renderTable, toJsonLine, toPrintable, writeDocument } from './render.ts'

/** Shows the progress of an audit to its end, then its report. */
export async function waitAndReportAudit(call: Call, keval: Keval, id: string): Promise<number> {
  getDocumentFormat(call)
  const audit = await waitForAudit(call, keval, id)
  await showAuditReport(call, keval, id)
  return toAuditExitCode(audit)
}

/** Some cases without a judgment make a report incomplete. */
export const toAuditExitCode = ({ status, counts }: Audit): number =>
  status === 'completed' && counts.failed === 0 ? exitCodes.done : exitCodes.incomplete

/** Shows progress on the error output until the audit has ended; Ctrl-C leaves it running. */
export async function waitForAudit(call: Call, keval: Keval, id: string): Promise<Audit> {
  const { err, signal, texts } = call
  const display = createProgressDisplay(call)
  try {
    const audit = await keval.audits.waitFor(id, { onProgress: display.show, signal })
    display.end()
    if (audit.status === 'paused') err(`! ${texts.auditPaused(id, audit.paused_because ?? '')}\n`)
    return audit
  } catch (error) {
    if (signal.aborted) {
      display.end()
      err(`${texts.auditStillRuns(id)}\n`)
    }
    throw error
  }
}

/** Shows the report of an audit in the form asked for. */
export async function showAuditReport(call: Call, keval: Keval, id: string): Promise<AuditReport | null> {
  const { values, out, language, texts, signal } = call
  const format = getDocumentFormat(call)
  if (format !== 'text' && !values.json) {
    await writeDocument(call, await keval.audits.reportText(id, format, { language, signal }))
    return null
  }
  const report = await keval.audits.report(id, { language, signal })
  if (values.json) await out(toJsonLine(report))
  else await out(renderAuditReport(call, report, texts.seeExamples(id)))
  return report
}

function renderAuditReport({ language }: Call, report: AuditReport, ending: string): string {
  const words = auditTexts[language]
  const { audit, summary } = report
  return [
    '',
    toPrintable(words.title(audit.name)),
    toPrintable(
      `${words.head(audit.model, audit.rows, audit.file_rows, audit.repeats)} · ${audit.status} · ${audit.id}`,
    ),
    '',
    words.use,
    ...summary.map((line) => `- ${toPrintable(line)}`),
    ...buildFindingTables(report, words).map((table) => `\n${renderTable(table).trimEnd()}`),
    '',
    ending,
    '',
  ].join('\n')
}

export const getDocumentFormat = (call: Call) =>
  getChoice(call, 'format', ['text', 'markdown', 'html'] as const) ?? 'text'
