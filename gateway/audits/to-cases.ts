import type { AuditCase } from '../../schema/audit/plan.ts'
import type { PlannedJudgment } from '../../schema/evaluation-input/plan.ts'
import type { RowInput } from '../../schema/evaluation-input/row.ts'
import { customPrompt } from '../../schema/judge/custom-prompt.ts'
import { renderMessages, type Turn } from '../../schema/judge/render.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import { toStoredRow } from '../evaluations/stored-row.ts'
import type { StoredCase } from './audits.ts'
import type { SourceRow } from './read-answers.ts'

/** The row of the evaluation that judges a case: the row of the file with the turns of the case. */
export async function toStoredCase(
  { rowId, probe, index, turns, answerLength }: AuditCase,
  { row, planned }: SourceRow,
  number: number,
): Promise<StoredCase & { planned: PlannedJudgment }> {
  const judged = { ...planned, turns, messages: toMessages(planned, turns) }
  const stored = await toStoredRow(
    { ...row, label: null, input: toInput(row.input, judged) },
    [judged],
    number,
  )
  return {
    planned: judged,
    row: { ...stored, sample: index + 1 },
    one: { number, probe, repeat: index, sourceRow: Number(rowId), answerLength },
  }
}

function toMessages({ template, messages }: PlannedJudgment, turns: readonly Turn[]) {
  return template === customPrompt ? messages : renderMessages(template, [...turns])
}

/** A given prompt stays one, with the texts of the case in its template; all other rows are turns. */
function toInput(input: RowInput, { template, turns, messages }: PlannedJudgment): RowInput {
  if (!('messages' in input)) return { turns }
  return { turns, messages, template: template === customPrompt ? null : template }
}

/** Digest of all judged texts of a plan, independent of the judge. */
export const digestPlan = (cases: readonly AuditCase[]): Promise<string> =>
  sha256Hex(
    JSON.stringify(
      cases.map(({ rowId, probe, index, turns }) => [
        rowId,
        probe,
        index,
        turns.map(({ question, answer, reference }) => [question, answer, reference ?? null]),
      ]),
    ),
  )
