import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import type { InputFile } from '../../schema/evaluation-input/read-rows.ts'
import { isReferenceFile, toReadingOrder } from '../../schema/evaluation-input/reading-order.ts'
import { type FieldError, fieldError } from '../../schema/messages/field-errors.ts'
import { type FormEvent, formEvents } from '../http/body/form-stream.ts'
import type { ByteLease } from '../platform/byte-budget.ts'

/** A form up to this size is buffered, so that its fields and files may come in any order. A larger one is streamed. */
const maxBufferedBytes = 16_000_000
const maxFiles = 20

interface BufferedFile {
  part: string
  name: string
  chunks: Uint8Array[]
}

export interface OpenForm {
  fields: Record<string, string>
  fieldsMustComeFirst: boolean
  fileName: string
  files: Iterable<InputFile> | AsyncIterable<InputFile>
}

/**
 * Reads a form to its end, or until it is too large to be buffered: its files are then read in the order in which they
 * come. `lease` accounts for what is buffered.
 */
export async function openForm(
  contentType: string,
  body: AsyncIterator<Uint8Array>,
  lease: ByteLease,
): Promise<OpenForm> {
  const events = formEvents(contentType, body)
  const fields: Record<string, string> = {}
  const buffered: BufferedFile[] = []
  let bytes = 0
  for (let next = await events.next(); !next.done; next = await events.next()) {
    const event = next.value
    if ('field' in event) fields[event.field] = event.value
    else if ('file' in event) buffered.push(toBufferedFile(event, buffered.length))
    else {
      if (!lease.grow(event.bytes.byteLength)) throw noRoom()
      buffered.at(-1)!.chunks.push(event.bytes)
      bytes += event.bytes.byteLength
      if (bytes > maxBufferedBytes) {
        const files = streamed(buffered, events)
        return { fields, fieldsMustComeFirst: true, fileName: buffered.at(-1)!.name, files }
      }
    }
  }
  if (buffered.length === 0) throw invalid(fieldError('file', 'no_file'))
  const ordered = await toReadingOrder(buffered, isReference, ({ chunks }) => chunks)
  const isAlone = ordered.length === 1
  const files = ordered.map((file) => ({
    name: isAlone ? null : file.name,
    isReference: isReference(file),
    bytes: file.chunks,
  }))
  return { fields, fieldsMustComeFirst: false, fileName: ordered.at(-1)!.name, files }
}

/** Yields the buffered files, then the rest as it arrives. */
async function* streamed(
  buffered: BufferedFile[],
  events: AsyncGenerator<FormEvent>,
): AsyncGenerator<InputFile> {
  let count = buffered.length
  while (buffered.length > 0) {
    const file = buffered.shift()!
    yield { name: file.name, isReference: isReference(file), bytes: readBytes(file) }
  }

  async function* readBytes({ chunks }: BufferedFile): AsyncGenerator<Uint8Array> {
    // frees what has been read
    while (chunks.length > 0) yield chunks.shift()!
    if (buffered.length > 0) return
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const event = next.value
      if ('bytes' in event) yield event.bytes
      else if ('file' in event) {
        buffered.push(toBufferedFile(event, count++))
        return
      } else throw invalid(fieldsFirst(event.field))
    }
  }
}

/** The error of a streamed form whose fields come after its files. */
export const fieldsFirst = (field: string) => fieldError(field, 'fields_first', { maximum: maxBufferedBytes })

function toBufferedFile({ file }: { file: { part: string; name: string } }, before: number): BufferedFile {
  if (before === maxFiles) throw invalid(fieldError('file', 'too_many_files', { maximum: maxFiles }))
  return { ...file, chunks: [] }
}

const isReference = ({ part, name }: BufferedFile) => part === 'reference' || isReferenceFile(name)

function noRoom(): FailureError {
  return new FailureError({ code: 'overloaded', ...reason('forms_busy'), source: 'gateway', retryAfter: 5 })
}

function invalid(error: FieldError): FailureError {
  return new FailureError(invalidRequest([error]))
}
