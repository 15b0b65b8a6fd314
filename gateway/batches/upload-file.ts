import { type Failure, FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import { newId } from '../../schema/api/ids.ts'
import { maxLineBytes, readWholeLines, UnreadableLine } from '../../schema/evaluation-input/lines.ts'
import { type FieldError, fieldError } from '../../schema/messages/field-errors.ts'
import { invalidEncoding } from '../http/body/decode-text.ts'
import { formEvents, UnreadableForm } from '../http/body/form-stream.ts'
import type { GatewayContext } from '../http/context.ts'
import type { FileRecord } from './file-store.ts'
import type { TenantFiles } from './tenant-batches.ts'

/** Largest input file of a batch: the 200 MB that OpenAI allows. */
export const maxFileBytes = 200 * 1024 * 1024
/** Bytes of a form in addition to its file. */
export const maxFrameBytes = 1_000_000
const partCharacters = 400_000

interface ReadForm {
  filename: string
  purpose: string | undefined
  bytes: number
}

/**
 * `POST /v1/files`: a form with `purpose=batch` and the file, in either order. The file is kept as it arrives, in
 * parts of whole lines; it is there once the form was read to its end.
 */
export async function uploadFile(c: GatewayContext, files: TenantFiles): Promise<FileRecord> {
  const id = newId('file', Date.now())
  const orRefuse = (failure: Failure | null) => {
    if (failure !== null) throw new FailureError(failure)
  }
  orRefuse(await files.open(id))
  try {
    const { purpose, filename, bytes } = await readForm(c, async (number, text) =>
      orRefuse(await files.addPart(id, number, text)),
    )
    checkPurpose(purpose)
    const sealed = await files.seal(id, filename, bytes)
    if ('failure' in sealed) throw new FailureError(sealed.failure)
    return sealed.file
  } catch (error) {
    await files.remove(id)
    if (error instanceof UnreadableForm) throw invalid({ field: 'body', ...error.problem })
    if (error instanceof UnreadableLine && error.isEncoding) throw invalidEncoding(`file line ${error.line}`)
    if (error instanceof UnreadableLine)
      throw invalid(fieldError('file', 'file_line_too_long', { line: error.line, maximum: maxLineBytes }))
    throw error
  }
}

async function readForm(
  c: GatewayContext,
  keep: (number: number, text: string) => Promise<void>,
): Promise<ReadForm> {
  const events = formEvents(c.req.header('content-type') ?? '', c.get('incoming').chunks())
  let purpose: string | undefined
  let file: Omit<ReadForm, 'purpose'> | null = null
  let next = await events.next()
  /** The bytes of the file that began last. */
  const fileBytes = async function* () {
    for (next = await events.next(); !next.done && 'bytes' in next.value; next = await events.next()) {
      yield next.value.bytes
    }
  }
  while (!next.done) {
    const event = next.value
    if ('file' in event) {
      if (event.file.part !== 'file') throw invalid(fieldError(event.file.part.slice(0, 100), 'not_a_file'))
      if (file !== null) throw invalid(fieldError('file', 'one_file'))
      file = { filename: event.file.name.slice(0, 200), bytes: await keepLines(fileBytes(), keep) }
      continue
    }
    if ('field' in event) {
      // a field that has no effect, such as OpenAI's expires_after, is refused rather than ignored
      if (event.field !== 'purpose') throw invalid(fieldError(event.field.slice(0, 100), 'unknown_field'))
      purpose = event.value
      checkPurpose(purpose)
    }
    next = await events.next()
  }
  if (file === null) throw invalid(fieldError('file', 'required'))
  return { purpose, ...file }
}

async function keepLines(
  chunks: AsyncIterable<Uint8Array>,
  keep: (number: number, text: string) => Promise<void>,
): Promise<number> {
  let bytes = 0
  let parts = 0
  let part = ''
  const counted = async function* () {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength
      if (bytes > maxFileBytes) throw tooLarge()
      yield chunk
    }
  }
  for await (const { text } of readWholeLines(counted())) {
    if (part.length + text.length > partCharacters && part !== '') {
      await keep(parts++, part)
      part = ''
    }
    part += text
  }
  if (part !== '') await keep(parts, part)
  return bytes
}

function checkPurpose(purpose: string | undefined): void {
  if (purpose !== 'batch') throw invalid(fieldError('purpose', 'must_equal', { options: 'batch' }))
}

function tooLarge(): FailureError {
  const why = reason('file_too_large', { maximum: maxFileBytes })
  return new FailureError({ code: 'body_too_large', ...why, source: 'gateway' })
}

function invalid(error: FieldError): FailureError {
  return new FailureError(invalidRequest([error]))
}
