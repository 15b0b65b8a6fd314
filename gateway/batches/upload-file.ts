import { FailureError } from '../../schema/api/errors.ts'
import { newId } from '../../schema/api/ids.ts'
import { linesOf, UnreadableLine } from '../../schema/evaluation-input/lines.ts'
import { invalidRequest } from '../http/failure-response.ts'
import type { FileRecord } from './file-store.ts'
import type { TenantFiles } from './tenant-batches.ts'

/** Forms of the Batch API are held in memory until they are read. */
const maxFormBytes = 32_000_000
const partCharacters = 400_000

/** `POST /v1/files`: a form with `purpose=batch` and the file, kept in parts of whole lines. */
export async function uploadFile(request: Request, files: TenantFiles): Promise<FileRecord> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN)
  if (!(length <= maxFormBytes)) {
    const detail = `A file may have at most ${maxFormBytes} bytes, and the request must say its Content-Length.`
    throw new FailureError({ code: 'body_too_large', detail, source: 'gateway' })
  }
  const form = await request.formData().catch(() => {
    throw invalid('body', 'is not a readable multipart form')
  })
  const file = form.get('file')
  if (file === null || typeof file === 'string') throw invalid('file', 'is required')
  if (form.get('purpose') !== 'batch') throw invalid('purpose', 'must be batch')

  const id = newId('file', Date.now())
  const created = await files.create(id, file.name.slice(0, 200), file.size)
  if ('failure' in created) throw new FailureError(created.failure)
  try {
    await addParts(id, file, files)
    return created.file
  } catch (error) {
    await files.remove(id)
    if (!(error instanceof UnreadableLine)) throw error
    throw invalid('file', `line ${error.line} ${error.message}`)
  }
}

async function addParts(id: string, file: File, files: TenantFiles): Promise<void> {
  let part = ''
  let number = 0
  for await (const { text } of linesOf(file.stream())) {
    if (part.length + text.length > partCharacters && part !== '') {
      await files.addPart(id, number++, part)
      part = ''
    }
    part += `${text}\n`
  }
  if (part !== '') await files.addPart(id, number, part)
}

function invalid(field: string, message: string): FailureError {
  return new FailureError(invalidRequest([{ field, message }]))
}
