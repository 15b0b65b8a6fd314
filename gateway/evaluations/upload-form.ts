import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import { gunzip, isGzip, peekBytes } from '../../schema/evaluation-input/bytes.ts'
import type { InputFile } from '../../schema/evaluation-input/read-rows.ts'
import { type FieldError, fieldError } from '../../schema/messages/field-errors.ts'
import { type FormEvent, formEvents } from '../http/body/form-stream.ts'
import type { ByteLease } from '../platform/byte-budget.ts'

/** A form up to this size is held, so that its fields and files may come in any order. A larger one is streamed. */
const heldBytes = 16_000_000
const maxFiles = 20

interface HeldFile {
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
 * Reads a form to its end, or until it is too large to be held: its files are then read in the order in which they
 * come. `lease` accounts for what is held.
 */
export async function openForm(
  contentType: string,
  body: AsyncIterator<Uint8Array>,
  lease: ByteLease,
): Promise<OpenForm> {
  const events = formEvents(contentType, body)
  const fields: Record<string, string> = {}
  const held: HeldFile[] = []
  let bytes = 0
  for (let next = await events.next(); !next.done; next = await events.next()) {
    const event = next.value
    if ('field' in event) fields[event.field] = event.value
    else if ('file' in event) held.push(toHeldFile(event, held.length))
    else {
      if (!lease.grow(event.bytes.byteLength)) throw noRoom()
      held.at(-1)!.chunks.push(event.bytes)
      bytes += event.bytes.byteLength
      if (bytes > heldBytes) {
        const files = streamed(held, events)
        return { fields, fieldsMustComeFirst: true, fileName: held.at(-1)!.name, files }
      }
    }
  }
  if (held.length === 0) throw invalid(fieldError('file', 'no_file'))
  const ordered = await inReadingOrder(held)
  const isAlone = ordered.length === 1
  const files = ordered.map((file) => ({
    name: isAlone ? null : file.name,
    isReference: isReference(file),
    bytes: file.chunks,
  }))
  return { fields, fieldsMustComeFirst: false, fileName: ordered.at(-1)!.name, files }
}

/** What was held already, then the rest as it arrives. */
async function* streamed(held: HeldFile[], events: AsyncGenerator<FormEvent>): AsyncGenerator<InputFile> {
  let count = held.length
  while (held.length > 0) {
    const file = held.shift()!
    yield { name: file.name, isReference: isReference(file), bytes: readBytes(file) }
  }

  async function* readBytes({ chunks }: HeldFile): AsyncGenerator<Uint8Array> {
    // what has been read is let go
    while (chunks.length > 0) yield chunks.shift()!
    if (held.length > 0) return
    for (let next = await events.next(); !next.done; next = await events.next()) {
      const event = next.value
      if ('bytes' in event) yield event.bytes
      else if ('file' in event) {
        held.push(toHeldFile(event, count++))
        return
      } else throw invalid(fieldsFirst(event.field))
    }
  }
}

/** What a form that is streamed is told about fields that come too late. */
export const fieldsFirst = (field: string) => fieldError(field, 'fields_first', { maximum: heldBytes })

function toHeldFile({ file }: { file: { part: string; name: string } }, before: number): HeldFile {
  if (before === maxFiles) throw invalid(fieldError('file', 'too_many_files', { maximum: maxFiles }))
  return { ...file, chunks: [] }
}

/** References are named by the form's field, or by the folder that FastChat keeps them in; a part of a name says nothing. */
const isReference = ({ part, name }: HeldFile) =>
  part === 'reference' || /^(?:.*[/\\])?reference_answer[/\\][^/\\]+$/.test(name)

/** Questions, then references, then answers, each in the order given: joining needs the questions first. */
async function inReadingOrder(files: readonly HeldFile[]): Promise<HeldFile[]> {
  const placed = await Promise.all(
    files.map(async (file) => {
      const holdsAnswers = (await readBeginning(file)).includes('"choices"')
      return { file, place: !holdsAnswers ? 0 : isReference(file) ? 1 : 2 }
    }),
  )
  return placed.sort((a, b) => a.place - b.place).map(({ file }) => file)
}

/** The text that a file begins with; what cannot be read is left to the reading of the file. */
async function readBeginning({ chunks }: HeldFile): Promise<string> {
  const { head } = await peekBytes(chunks)
  const unzipped = isGzip(head) ? await peekBytes(gunzip(chunks)).catch(() => ({ head })) : { head }
  return new TextDecoder().decode(unzipped.head)
}

function noRoom(): FailureError {
  return new FailureError({ code: 'overloaded', ...reason('forms_busy'), source: 'gateway', retryAfter: 5 })
}

function invalid(error: FieldError): FailureError {
  return new FailureError(invalidRequest([error]))
}
