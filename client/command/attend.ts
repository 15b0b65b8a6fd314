import type { Evaluation } from '../../schema/api/evaluations.ts'
import { tablesOf } from '../../schema/report/tables.ts'
import { type ReportLanguage, reportTexts } from '../../schema/report/texts/languages.ts'
import type { Keval } from '../keval.ts'
import { type Call, type Command, exitCodes, UsageError } from './command.ts'
import { printable, progressLine, tableText } from './terminal.ts'

/** Shows an evaluation's progress to its end, then its tables. */
export async function attend(call: Call, keval: Keval, id: string): Promise<number> {
  const { err, columns, signal } = call
  let shown = -1
  const onProgress = (evaluation: Evaluation) => {
    if (columns !== null) return err(`\r\u001b[K${progressLine(evaluation, columns)}`)
    // a log gets a line for every tenth of the way
    const tenth = Math.floor(evaluation.progress * 10)
    if (tenth > shown) err(`${progressLine(evaluation, 0)}\n`)
    shown = Math.max(shown, tenth)
  }
  try {
    const ended = await keval.waitFor(id, { onProgress, signal })
    if (columns !== null) err('\n')
    await showReport(call, keval, id)
    return ended.status === 'completed' && ended.counts.failed === 0 ? exitCodes.done : exitCodes.incomplete
  } catch (error) {
    if (columns !== null) err('\n')
    if (!signal.aborted) throw error
    err(`${id} goes on without you. Come back with: keval wait ${id}\nStop it with: keval cancel ${id}\n`)
    return exitCodes.detached
  }
}

/** The tables of a report, its notes first. */
export async function showReport(
  { values, out }: Call,
  keval: Keval,
  id: string,
  language: ReportLanguage = 'en',
): Promise<void> {
  const report = await keval.report(id, language)
  if (values.json) return out(`${JSON.stringify(report)}\n`)
  out(
    `\n${printable(report.name)} · judge ${printable(report.model)} · ${report.protocol} · ${report.status} · ${id}\n`,
  )
  for (const note of report.notes) out(`! ${printable(note)}\n`)
  for (const table of tablesOf(report, reportTexts[language])) out(`\n${tableText(table)}`)
}

const changes = (step: 'cancel' | 'resume', summary: string): Command => ({
  usage: '<id>',
  summary,
  options: {},
  async run(call) {
    const evaluation = await call.client()[step](idIn(call))
    const { id, status, counts } = evaluation
    call.out(
      call.values.json
        ? `${JSON.stringify(evaluation)}\n`
        : `${id} is ${status}: ${counts.pending} judgments are left.\n`,
    )
    return exitCodes.done
  },
})

export const cancelCommand = changes('cancel', 'Stops an evaluation; what was judged stays.')
export const resumeCommand = changes(
  'resume',
  'Goes on with a cancelled evaluation and tries failed rows again.',
)

export const waitCommand: Command = {
  usage: '<id>',
  summary: 'Shows the progress of an evaluation to its end, then the tables.',
  options: {},
  run: async (call) => attend(call, call.client(), idIn(call)),
}

export function idIn({ positionals }: Pick<Call, 'positionals'>): string {
  if (positionals.length !== 1) throw new UsageError('Which evaluation? Give its id; keval list shows them.')
  return positionals[0]!
}
