import type { Judgment } from '../../../schema/api/judgments.ts'
import type { RunUsage, UsageKey, UsageStore } from '../../usage/usage-store.ts'
import type { JudgeCommand } from '../command.ts'
import type { JudgmentStore } from './judgment-store.ts'

/** A judgment as a run made it, with what it used. */
export interface MadeJudgment {
  command: JudgeCommand
  judgment: Judgment
  by: UsageKey
  used: RunUsage
  at: number
}

/** Records a judgment, maybe together with others; resolves when it is written. */
export type RecordJudgment = (made: MadeJudgment) => Promise<void>

/** Stores and charges judgments, without a pause between. */
export function recordJudgments(
  { store, usage }: { store: JudgmentStore; usage: UsageStore },
  made: readonly MadeJudgment[],
): void {
  store.insert(made.filter(({ command }) => command.reuse.store))
  usage.recordRuns(made.map(({ by, judgment, used }) => ({ by, result: judgment.verdict, used })))
}
