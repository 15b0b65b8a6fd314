import { buildAuditComparisonTables } from '../../schema/report/audit/tables.ts'
import { auditTexts } from '../../schema/report/audit/texts.ts'
import { getDocumentFormat, showAuditReport, toAuditExitCode, waitForAudit } from './audit-report.ts'
import { confirmAndRun } from './audit-start.ts'
import { type Call, exitCodes, getText, UsageError } from './cli-context.ts'
import { renderTable, toJsonLine, toPrintable, writeDocument } from './render.ts'

/** `keval audit compare A B`: two judges on the same cases. */
export async function compareAuditsStep(call: Call, ids: readonly string[]): Promise<number> {
  const { values, texts, language, signal, out } = call
  const [a, b] = ids
  if (a === undefined || b === undefined || ids.length > 2) throw new UsageError(texts.giveTwoAudits)
  const format = getDocumentFormat(call)
  const { audits } = call.client()
  if (format !== 'text' && !values.json) {
    await writeDocument(call, await audits.compareText(a, b, format, { language, signal }))
    return exitCodes.done
  }
  const compared = await audits.compare(a, b, { language, signal })
  if (values.json) await out(toJsonLine(compared))
  else {
    const words = auditTexts[language]
    await out(`\n${toPrintable(words.comparison(compared.first.model, compared.second.model))}\n`)
    for (const table of buildAuditComparisonTables(compared, words)) await out(`\n${renderTable(table)}`)
  }
  return exitCodes.done
}

/** `keval audit drift --baseline ID`: judges the cases of an audit again; its exit code tells whether the judge moved. */
export async function driftStep(call: Call, ids: readonly string[]): Promise<number> {
  const { values, texts, language, signal, err } = call
  const baseline = getText(values, 'baseline')
  if (baseline === undefined) throw new UsageError(texts.required('baseline'))
  if (ids.length > 0 || values.answers !== undefined) throw new UsageError(texts.driftTakesNoFile)
  getDocumentFormat(call)
  const keval = call.client()
  const [model, name] = [getText(values, 'judge'), getText(values, 'name')]
  const options = { ...(model !== undefined && { model }), ...(name !== undefined && { name }) }
  const preview = await keval.audits.previewAgain(baseline, options, { signal })
  const start = () => keval.audits.startAgain(baseline, options, { signal })
  return confirmAndRun(call, keval, preview, start, async (id) => {
    const audit = await waitForAudit(call, keval, id)
    const shown = await showAuditReport(call, keval, id)
    const { drift } = shown ?? (await keval.audits.report(id, { language, signal }))
    if (drift === null) {
      err(`${texts.noBaselineLeft(baseline)}\n`)
      return exitCodes.incomplete
    }
    if (drift.causes.length === 0) return toAuditExitCode(audit)
    const { causes } = auditTexts[language]
    err(`${texts.driftFound(drift.causes.map((cause) => causes[cause]))}\n`)
    return exitCodes.drift
  })
}
