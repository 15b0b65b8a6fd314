import type { batchLines } from '../../schema/db/batches.ts'

export type Answered = Pick<
  typeof batchLines.$inferSelect,
  'batchId' | 'position' | 'customId' | 'state' | 'statusCode' | 'response'
>

/** A line of an output or error file, in OpenAI's form. The answer is JSON already and goes in as it is. */
export function toAnswerLine({ batchId, position, customId, state, statusCode, response }: Answered): string {
  const id = JSON.stringify(`${batchId}-${position}`)
  const answer =
    state === 'expired'
      ? `null,"error":${JSON.stringify(expired)}`
      : `{"status_code":${statusCode},"request_id":${id},"body":${response ?? 'null'}},"error":null`
  return `{"id":${id},"custom_id":${JSON.stringify(customId)},"response":${answer}}\n`
}

const expired = {
  code: 'batch_expired',
  message: 'This request could not be executed before the completion window expired.',
}
