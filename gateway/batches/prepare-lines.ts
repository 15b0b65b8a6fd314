import { ChatCompletionRequest } from '../../schema/api/chat.ts'
import { type Failure, invalidRequest, reason } from '../../schema/api/errors.ts'
import { fieldError, fieldErrors } from '../../schema/messages/field-errors.ts'
import type { Grant } from '../auth/current-grant.ts'
import type { Prepare, Prepared, PreparedItem } from '../jobs/job.ts'
import { toItemLimits } from '../jobs/limits.ts'
import type { Work } from '../jobs/work.ts'
import { optionsUnsupported, toChatCommand } from '../judging/chat-request.ts'
import type { ChatCommand } from '../judging/run/run-chat.ts'
import type { ModelCatalog } from '../nodes/registry/model-catalog.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import type { PendingLine } from './pending-lines.ts'

/** Makes the chat commands of a chunk of lines; an invalid line does not affect the others. */
export const prepareLines: Prepare<PendingLine[], ChatCommand> = async (
  lines,
  { work, grant, models },
): Promise<Prepared<ChatCommand>> => {
  if ((await models.list()).length === 0) return { wait: noNode }
  return { items: await Promise.all(lines.map((line) => prepareLine(line, work, grant, models))) }
}

const noNode: Failure = {
  code: 'no_node_available',
  ...reason('no_node_answers'),
  source: 'gateway',
}

async function prepareLine(
  { position, request }: PendingLine,
  work: Work,
  grant: Grant,
  models: ModelCatalog,
): Promise<PreparedItem<ChatCommand>> {
  const parsed = parseLine(request)
  if ('failure' in parsed) return { position, failure: parsed.failure }
  const { model } = parsed.request
  const isAllowed = grant.limits.models === null || grant.limits.models.includes(model)
  const candidates = isAllowed ? await models.find(model) : []
  if (candidates.length === 0) {
    const why = reason('batch_model_not_served', { model: model.slice(0, 100) })
    return { position, failure: { code: 'model_not_found', ...why, source: 'gateway' } }
  }
  const caller = {
    keyId: work.keyId,
    tenantId: work.tenantId,
    requestId: `${work.jobId}-${position}`,
    traceparent: undefined,
    limits: toItemLimits(grant),
  }
  const command = toChatCommand(caller, parsed.request, candidates)
  if (command.candidates.length === 0) return { position, failure: optionsUnsupported }
  return { position, command }
}

function parseLine(text: string): { request: ChatCompletionRequest } | { failure: Failure } {
  try {
    const parsed = ChatCompletionRequest.safeParse(JSON.parse(text))
    if (!parsed.success) return { failure: invalidRequest(fieldErrors(parsed.error.issues)) }
    if (parsed.data.stream !== true) return { request: parsed.data }
    return { failure: invalidRequest([fieldError('stream', 'batch_stream')]) }
  } catch (error) {
    logUnexpected(error, { work: 'batch line' })
    return { failure: invalidRequest([fieldError('body', 'unreadable')]) }
  }
}
