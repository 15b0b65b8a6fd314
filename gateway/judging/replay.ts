import { FailureError, reason } from '../../schema/api/errors.ts'
import type { Judgment, Replay } from '../../schema/api/judgments.ts'
import { customPrompt } from '../../schema/judge/custom-prompt.ts'
import type { GatewayContext } from '../http/context.ts'
import { callTenant } from '../http/tenant-call.ts'
import { prepare } from './create-judgment.ts'
import { toAnswer } from './judgment-answer.ts'
import { readJudgeOutcome } from './run/outcome-text.ts'
import { noSuchJudgment } from './stored-judgments.ts'

/**
 * `POST /v1/judgments/{id}/replay`: the same request with the same seed, past every cache and kept out of the
 * store, compared with the stored text.
 */
export async function replayJudgment(c: GatewayContext, id: string): Promise<Replay> {
  const stored = await callTenant(c, (tenant) => tenant.getJudgment(id))
  if (stored === null) throw noSuchJudgment()
  const original = stored.judgment as Judgment
  const promptIsCustom = original.template === customPrompt
  const given = { messages: stored.messages ?? undefined, promptIsCustom }
  const [command] = await prepare(c, { ...stored.request, n: 1, stream: false }, given)
  if (command!.promptSha256 !== original.provenance.prompt_sha256) throw promptNotKept()
  const outcome = readJudgeOutcome(
    await callTenant(c, (tenant) =>
      tenant.judge({
        ...command!,
        seed: original.provenance.sampling.seed,
        reuse: { read: false, maxAge: null, onlyIfCached: false, store: false },
      }),
    ),
  )
  if ('failure' in outcome) throw new FailureError(outcome.failure)
  const { judgment } = toAnswer(c, { ...command!, reuse: { ...command!.reuse, store: false } }, outcome)
  return {
    object: 'replay',
    original: id,
    outcome: compare(original, judgment),
    same_weights: sameWeights(original, judgment),
    judgment: { ...judgment, not_stored: 'replay' as const },
  }
}

/** Another prompt would make another judgment, which cannot be compared. */
function promptNotKept(): FailureError {
  return new FailureError({ code: 'conflict', ...reason('prompt_not_kept'), source: 'gateway' })
}

function compare(original: Judgment, again: Judgment): Replay['outcome'] {
  if (again.text === original.text && again.finish_reason === original.finish_reason) return 'identical'
  return again.verdict === original.verdict && again.rating === original.rating ? 'same_rating' : 'different'
}

function sameWeights(original: Judgment, again: Judgment): boolean | null {
  const [then, now] = [original.provenance.weights_digest, again.provenance.weights_digest]
  return then === null || now === null ? null : then === now
}
