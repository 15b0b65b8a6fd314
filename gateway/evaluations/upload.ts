import { FailureError } from '../../schema/api/errors.ts'
import type { InputFile } from '../../schema/evaluation-input/read-rows.ts'
import { hex } from '../../schema/judge/sha256.ts'
import { invalidRequest } from '../http/failure-response.ts'

/** Largest upload as one body, which is streamed. */
export const maxBodyBytes = 512_000_000
/** Largest upload as a form: forms are held in memory until they are read. */
export const maxFormBytes = 32_000_000
const mostFiles = 20

/** What came with a request: fields of the form, and the files, not read yet. */
export interface Upload {
  fields: Record<string, string>
  files: InputFile[]
  /** SHA-256 of all bytes, once every file has been read. */
  digest(): Promise<string>
}

/** Opens the files of a request: a body of lines, or a form with one file or more. */
export async function openUpload(request: Request): Promise<Upload> {
  const digest = new crypto.DigestStream('SHA-256')
  const writer = digest.getWriter()
  const measured = async function* (stream: ReadableStream<Uint8Array>) {
    let bytes = 0
    for await (const chunk of stream) {
      bytes += chunk.byteLength
      if (bytes > maxBodyBytes) throw tooLarge(maxBodyBytes)
      await writer.write(chunk)
      yield chunk
    }
  }
  const finish = async () => {
    await writer.close()
    return hex(await digest.digest)
  }

  if (!(request.headers.get('content-type') ?? '').toLowerCase().startsWith('multipart/form-data')) {
    const empty = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
    return { fields: {}, files: [{ name: null, bytes: measured(request.body ?? empty) }], digest: finish }
  }
  const form = await readForm(request)
  const fields: Record<string, string> = {}
  const parts: File[] = []
  for (const [name, value] of form) {
    if (typeof value === 'string') fields[name] = value
    else parts.push(value)
  }
  if (parts.length === 0) throw invalid('file', 'a form needs at least one file')
  if (parts.length > mostFiles) throw invalid('file', `a form may have at most ${mostFiles} files`)
  const files = (await inReadingOrder(parts)).map((file) => ({
    name: file.name,
    bytes: measured(file.stream()),
  }))
  return { fields, files, digest: finish }
}

async function readForm(request: Request): Promise<FormData> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN)
  if (!(length <= maxFormBytes)) throw tooLarge(maxFormBytes)
  try {
    return await request.formData()
  } catch {
    throw invalid('body', 'is not a readable multipart form')
  }
}

/** Questions, then references, then answers, each in the order given: joining needs the questions first. */
async function inReadingOrder(files: File[]): Promise<File[]> {
  const placed = await Promise.all(
    files.map(async (file) => {
      const start = await file.slice(0, 4096).text()
      const isQuestions = !start.includes('"choices"')
      return { file, place: isQuestions ? 0 : /reference/i.test(file.name) ? 1 : 2 }
    }),
  )
  return placed.sort((a, b) => a.place - b.place).map(({ file }) => file)
}

function tooLarge(bytes: number): FailureError {
  const detail =
    bytes === maxFormBytes
      ? `A form may have at most ${bytes} bytes and must say its Content-Length. Send a larger file as the body itself, which is streamed: POST /v1/evaluations?model=… with Content-Type: application/x-ndjson, up to ${maxBodyBytes} bytes.`
      : `An upload may have at most ${bytes} bytes. Split the file.`
  return new FailureError({ code: 'body_too_large', detail, source: 'gateway' })
}

function invalid(field: string, message: string): FailureError {
  return new FailureError(invalidRequest([{ field, message }]))
}
