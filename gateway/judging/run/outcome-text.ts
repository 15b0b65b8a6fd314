import type { LimitReport } from '../../limits/limits.ts'
import type { ChatOutcome, Judged, JudgeOutcome, Unjudged } from './outcome.ts'

/**
 * An outcome as JSON lines, the last of which the client gets as it is. A text crosses the boundary between the
 * object and the gateway at a fraction of the cost of an object's copy.
 */
export type OutcomeText = string

/** A judgment with its JSON as the object wrote it. */
export type WrittenOutcome = (Judged & { json: string }) | Unjudged

export function writeJudgeOutcome(outcome: JudgeOutcome): OutcomeText {
  if ('failure' in outcome) return JSON.stringify(outcome)
  const { judgment, ...facts } = outcome
  return `${JSON.stringify(facts)}\n${JSON.stringify(judgment)}`
}

export function readJudgeOutcome(text: OutcomeText): WrittenOutcome {
  const { facts, json } = split<Omit<Judged, 'judgment'> | Unjudged>(text)
  if ('failure' in facts) return facts
  return { ...facts, judgment: JSON.parse(json), json }
}

export function writeChatOutcome(outcome: ChatOutcome): OutcomeText {
  if ('failure' in outcome) return JSON.stringify(outcome)
  const { completion, ...facts } = outcome
  return `${JSON.stringify(facts)}\n${JSON.stringify(completion)}`
}

export function readChatOutcome(text: OutcomeText): { json: string; limits?: LimitReport } | Unjudged {
  const { facts, json } = split<{ limits?: LimitReport } | Unjudged>(text)
  return 'failure' in facts ? facts : { ...facts, json }
}

/** JSON has no line break outside its strings, and escapes it there. */
function split<Facts>(text: OutcomeText): { facts: Facts; json: string } {
  const end = text.indexOf('\n')
  if (end === -1) return { facts: JSON.parse(text), json: '' }
  return { facts: JSON.parse(text.slice(0, end)), json: text.slice(end + 1) }
}
