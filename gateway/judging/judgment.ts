import { newId } from '../../schema/api/ids.ts'
import { getTurns } from '../../schema/api/judgment-request.ts'
import type { Judgment } from '../../schema/api/judgments.ts'
import { getTemplateVersion } from '../../schema/judge/custom-prompt.ts'
import { lint } from '../../schema/judge/lint.ts'
import { protocols } from '../../schema/judge/protocol.ts'
import { parseExplanation } from '../../schema/judge/rating.ts'
import { withText } from '../../schema/messages/message.ts'
import type { Completion } from '../nodes/client/completion.ts'
import type { ServedModel } from '../nodes/served-model.ts'
import type { JudgeCommand } from './command.ts'

/**
 * Turns a completion into a judgment. Only text that the judge ended is parsed for a rating: whatever was cut
 * is `truncated`, whatever has no rating is `no_rating`, and neither is ever a 0.
 */
export function toJudgment(
  command: JudgeCommand,
  served: ServedModel,
  completion: Completion,
  startedAt: number,
): Judgment {
  const completedAt = Date.now()
  const whole = completion.finishReason === 'stop'
  const { request, sampling } = command
  const parsed = whole ? protocols[request.protocol].parse(completion.text) : null
  return {
    id: newId('jdg', completedAt),
    object: 'judgment',
    created: Math.floor(completedAt / 1000),
    model: request.model,
    template: command.template,
    protocol: request.protocol,
    rating: parsed?.rating ?? null,
    verdict: parsed ? 'rated' : whole ? 'no_rating' : 'truncated',
    explanation: parseExplanation(completion.text),
    text: completion.text,
    finish_reason: completion.finishReason,
    usage: {
      prompt_tokens: completion.promptTokens,
      completion_tokens: completion.completionTokens,
      total_tokens: completion.promptTokens + completion.completionTokens,
    },
    fingerprint: command.fingerprint,
    provenance: {
      weights_digest: completion.weightsDigest ?? served.weightsDigest,
      precision: completion.precision ?? served.precision,
      provider: completion.provider ?? served.provider,
      node: served.node.id,
      template_version: getTemplateVersion(command.template),
      prompt_sha256: command.promptSha256,
      sampling: {
        temperature: sampling.temperature,
        top_p: sampling.topP,
        seed: command.seed,
        max_tokens: sampling.maxTokens,
      },
      rating_rule: parsed?.rule ?? null,
      started_at: new Date(startedAt).toISOString(),
      completed_at: new Date(completedAt).toISOString(),
    },
    warnings: lint(
      command.template,
      getTurns(request),
      command.promptTokens.likely,
      command.contextLength,
    ).map((warning) => withText(warning, 'en')),
    stored: command.reuse.store,
    ...(!command.reuse.store && { not_stored: 'no_store_requested' as const }),
    ...(request.rating_probabilities && { rating_probabilities: completion.ratingProbabilities }),
  }
}
