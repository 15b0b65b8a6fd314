import { FailureError, reason } from '../../schema/api/errors.ts'

/** A page in OpenAI's form, from one entry more than it shows. */
export function toPage<T extends { id: string }>(entries: T[], limit: number) {
  const data = entries.slice(0, limit)
  return {
    object: 'list' as const,
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: entries.length > limit,
  }
}

/** Throws that there is no such file or batch. */
export function throwNotFound(what: 'file' | 'batch'): never {
  throw new FailureError({
    code: 'not_found',
    ...reason(what === 'file' ? 'no_file_with_id' : 'no_batch'),
    source: 'gateway',
  })
}
