import type { batchLines } from '../../schema/db/batches.ts'

/** A line of an output or error file, in OpenAI's form. */
export function answerLine(answered: typeof batchLines.$inferSelect): string {
  const { batchId, position, customId, state, statusCode, response } = answered
  const id = `${batchId}-${position}`
  const line =
    state === 'expired'
      ? { id, custom_id: customId, response: null, error: expired }
      : { id, custom_id: customId, response: responseOf(), error: null }
  return `${JSON.stringify(line)}\n`

  function responseOf() {
    return { status_code: statusCode, request_id: id, body: JSON.parse(response ?? 'null') }
  }
}

const expired = {
  code: 'batch_expired',
  message: 'This request could not be executed before the completion window expired.',
}
