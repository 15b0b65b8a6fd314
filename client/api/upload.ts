import type { Request } from './transport.ts'

/** A file of answers: its bytes, or several named files that belong together. */
export type Answers = string | Blob | ReadableStream<Uint8Array> | readonly File[] | AnswerFiles

/** Files of answers, and FastChat's reference answers to them. */
export interface AnswerFiles {
  files: readonly File[]
  references: readonly File[]
}

/** The body of an upload: one file as it is, several as a form. */
export function toUploadBody(answers: Answers): Pick<Request, 'body' | 'type'> {
  if (typeof answers === 'string' || answers instanceof Blob || answers instanceof ReadableStream)
    return { body: answers, type: 'application/x-ndjson' }
  const { files, references } = 'references' in answers ? answers : { files: answers, references: [] }
  const form = new FormData()
  for (const file of files) form.append('file', file, file.name)
  for (const file of references) form.append('reference', file, file.name)
  return { body: form }
}

/** A query of the values that are given. */
export function toQuery(values: Record<string, unknown>): URLSearchParams {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
}
