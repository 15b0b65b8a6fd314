import { toModelName } from '../../schema/evaluation-input/model-name.ts'
import { auditTexts, toProbeTitle } from '../../schema/report/audit/texts.ts'
import type { Audit, AuditOptions, AuditPreview } from '../api/api-types.ts'
import type { Keval } from '../api/keval.ts'
import { openAnswers } from './answer-files.ts'
import { getDocumentFormat, waitAndReportAudit } from './audit-report.ts'
import { type Call, exitCodes, getText, UsageError } from './cli-context.ts'
import { chooseJudge } from './judge-command.ts'
import { renderDuration, toJsonLine, toPrintable } from './render.ts'

/** `keval audit --judge MODEL --answers FILE`: shows the size, asks, starts, waits and reports. */
export async function startStep(call: Call): Promise<number> {
  const { values, texts, signal } = call
  const file = getText(values, 'answers')
  if (file === undefined) throw new UsageError(texts.giveAnswers)
  if (values.baseline !== undefined) throw new UsageError(texts.baselineIsForDrift)
  getDocumentFormat(call)
  const answers = await openAnswers(call, [file])
  const keval = call.client()
  const options = {
    ...toAuditOptions(call),
    model: await chooseJudge(call, keval, getText(values, 'judge'), 'judge'),
  } as unknown as AuditOptions
  if (file !== '-') options.name ??= toModelName(file)
  const preview = await keval.audits.preview(answers, options, { signal })
  return confirmAndRun(call, keval, preview, () => keval.audits.start(answers, options, { signal }))
}

/** Shows the size of an audit and starts it once it is confirmed. */
export async function confirmAndRun(
  call: Call,
  keval: Keval,
  preview: AuditPreview,
  start: () => Promise<Audit>,
  report: (id: string) => Promise<number> = (id) => waitAndReportAudit(call, keval, id),
): Promise<number> {
  const { values, texts, out, err } = call
  if (values.preview) {
    await out(values.json ? toJsonLine(preview) : `${renderPreview(call, preview)}${texts.nothingStarted}\n`)
    return exitCodes.done
  }
  err(renderPreview(call, preview))
  if (values.yes !== true && !(await call.confirm(texts.askStart))) {
    if (!call.inputIsTerminal) throw new UsageError(texts.confirmWithYes)
    err(`${texts.nothingStarted}\n`)
    return exitCodes.done
  }
  const audit = await start()
  if (values['no-wait'] !== true) return report(audit.id)
  await out(values.json ? toJsonLine(audit) : `${texts.auditBegun(audit.id, audit.counts.judgments)}\n`)
  return exitCodes.done
}

const auditOptions = [
  'name',
  'sample-size',
  'repeats',
  'seed',
  'probes',
  'protocol',
  'template',
  'temperature',
  'max-tokens',
  'charset',
  'empty',
  'on-weights-change',
] as const

/** The options as the API names them; the gateway checks their values. */
function toAuditOptions({ values }: Call): Record<string, string> {
  const given: Record<string, string> = {}
  for (const name of auditOptions) {
    const value = getText(values, name)
    if (value !== undefined) given[name.replaceAll('-', '_')] = value
  }
  return given
}

function renderPreview({ texts, language }: Call, preview: AuditPreview): string {
  const { rows, file_rows, judgments, applicable, estimated_tokens, estimated_seconds } = preview
  const words = auditTexts[language]
  const unused = Object.entries(applicable).flatMap(([probe, count]) =>
    count === 0 ? [toProbeTitle(probe, words)] : [],
  )
  const lines = [
    texts.auditRows(rows, file_rows),
    texts.auditJudgments(judgments, Object.keys(applicable).length - unused.length),
    texts.previewTokens(
      estimated_tokens.prompt + estimated_tokens.completion,
      estimated_seconds === null ? null : renderDuration(estimated_seconds, texts),
    ),
    ...(unused.length === 0 ? [] : [`! ${texts.probesUnused(unused)}`]),
  ]
  return `${lines.map(toPrintable).join('\n')}\n`
}
