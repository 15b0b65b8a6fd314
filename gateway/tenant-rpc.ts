import type { Judgment, JudgmentPageQuery } from '../schema/api/judgments.ts'
import type { UsageRow } from '../schema/api/usage.ts'
import type { Claim, IdempotentRequest, StoredAnswer } from './http/idempotency-store.ts'
import type { JudgeCommand } from './judging/command.ts'
import type { ChatOutcome, JudgeOutcome, StreamStart } from './judging/run/outcome.ts'
import type { OutcomeText } from './judging/run/outcome-text.ts'
import type { ChatCommand } from './judging/run/run-chat.ts'
import type { StoredJudgment } from './judging/store/judgment-store.ts'
import type { CountedRepeats } from './limits/cached-repeats.ts'
import type { AppliedLimits, LimitUsage } from './limits/limits.ts'
import type { PartName } from './platform/object-rpc.ts'
import type { UsageFilter } from './usage/usage-store.ts'

/** The calls a tenant's object answers. Callers depend on this interface, never on the object itself. */
export interface TenantRpc extends Rpc.DurableObjectBranded {
  /** Answers with a stored, a shared or a new judgment. */
  judge(command: JudgeCommand): Promise<OutcomeText>
  /** Does the same and streams the text as the node writes it. */
  streamJudgment(command: JudgeCommand): Promise<StreamStart<JudgeOutcome>>
  chat(command: ChatCommand): Promise<OutcomeText>
  streamChat(command: ChatCommand): Promise<StreamStart<ChatOutcome>>
  getJudgment(id: string): StoredJudgment | null
  listJudgments(query: JudgmentPageQuery): { data: Judgment[]; hasMore: boolean }
  /** Deletes a judgment and returns its fingerprint, or null when there is none. */
  deleteJudgment(id: string): string | null
  usage(filter: UsageFilter): { rows: UsageRow[]; tokensToday: number }
  /** Reports how much of the tenant's limits is in use, and of the key's where it has its own. */
  limitUsage(keyId: string, limits: AppliedLimits): { tenant: LimitUsage; key: LimitUsage | null }
  /** Counts requests that a cache in front of the object answered. */
  countCached(tenantId: string, repeats: CountedRepeats): Promise<void>
  claimIdempotent(request: IdempotentRequest): Claim
  finishIdempotent(request: IdempotentRequest, answer: StoredAnswer | null): void
  /** Calls a method of one part of the object; `rpc` gives these calls their types. */
  call(part: PartName, method: string, args: unknown[]): unknown
  /** Deletes everything the tenant has stored. */
  destroy(): Promise<void>
}

export type TenantStub = DurableObjectStub<TenantRpc>
