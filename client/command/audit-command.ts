import { compareAuditsStep, driftStep } from './audit-comparison.ts'
import { showAuditReport, waitAndReportAudit } from './audit-report.ts'
import { startStep } from './audit-start.ts'
import { type Call, type Command, exitCodes, UsageError } from './cli-context.ts'
import { renderTable, toJsonLine } from './render.ts'

type Step = (call: Call, ids: readonly string[]) => Promise<number>

/** The steps of `keval audit` by name; without one, an audit is started. */
const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['compare', compareAuditsStep],
  ['drift', driftStep],
  ['wait', (call, ids) => waitAndReportAudit(call, call.client(), getAuditId(call, ids))],
  ['report', reportStep],
  ['cancel', changeStep('cancel')],
  ['resume', changeStep('resume')],
  ['list', listStep],
])

/** Audits a judge: how far can its ratings be trusted? */
export const auditCommand: Command = {
  positionals: '[compare <a> <b> | drift | wait <id> | report <id> | cancel <id> | resume <id> | list]',
  options: [
    'judge',
    'answers',
    'references',
    'sample-size',
    'repeats',
    'seed',
    'probes',
    'baseline',
    'name',
    'protocol',
    'template',
    'temperature',
    'max-tokens',
    'charset',
    'empty',
    'on-weights-change',
    'preview',
    'yes',
    'no-wait',
    'format',
  ],
  async run(call) {
    const [name, ...ids] = call.positionals
    if (name === undefined) return startStep(call)
    const step = steps.get(name)
    if (step === undefined) throw new UsageError(call.texts.noSuchAuditStep(name, [...steps.keys()]))
    return step(call, ids)
  },
}

async function reportStep(call: Call, ids: readonly string[]): Promise<number> {
  await showAuditReport(call, call.client(), getAuditId(call, ids))
  return exitCodes.done
}

function changeStep(change: 'cancel' | 'resume'): Step {
  return async (call, ids) => {
    const audit = await call.client().audits[change](getAuditId(call, ids), { signal: call.signal })
    const { id, status, counts } = audit
    await call.out(call.values.json ? toJsonLine(audit) : `${call.texts.nowIs(id, status, counts.pending)}\n`)
    return exitCodes.done
  }
}

async function listStep({ client, values, out, texts, signal }: Call): Promise<number> {
  const audits = await client().audits.list({ signal })
  if (values.json) await out(toJsonLine(audits))
  else if (audits.length === 0) await out(`${texts.noAudits}\n`)
  else {
    const lines = audits.map(({ id, name, model, status, progress, rows, baseline }) => {
      return [id, name, model, status, `${Math.floor(progress * 100)}%`, String(rows), baseline ?? '']
    })
    await out(renderTable({ title: texts.audits, head: texts.auditColumns, lines }))
  }
  return exitCodes.done
}

function getAuditId({ texts }: Call, ids: readonly string[]): string {
  if (ids.length !== 1) throw new UsageError(texts.giveAudit)
  return ids[0]!
}
