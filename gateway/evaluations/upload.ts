import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import type { InputFile } from '../../schema/evaluation-input/read-rows.ts'
import { hex } from '../../schema/judge/sha256.ts'
import { UnreadableForm } from '../http/body/form-stream.ts'
import type { ByteBudget } from '../platform/byte-budget.ts'
import { openForm } from './upload-form.ts'

/** Largest upload, as a body or as a form. */
export const maxUploadBytes = 512_000_000

/** The content of an upload request: fields, and files that are not read yet. */
export interface Upload {
  fields: Record<string, string>
  /** Fields that follow the files cannot be waited for. */
  fieldsMustComeFirst: boolean
  /** The name of the file that holds the answers, where there is one. */
  fileName: string
  files: Iterable<InputFile> | AsyncIterable<InputFile>
  /** Ends the account of what the upload holds in memory. */
  release(): void
  /** SHA-256 of all bytes, once every file has been read. */
  digest(): Promise<string>
}

/** Opens the files of a body: lines, or a form with one file or more. Both are streamed. */
export async function openUpload(
  contentType: string,
  body: AsyncGenerator<Uint8Array>,
  formMemory: ByteBudget,
): Promise<Upload> {
  const lease = formMemory.lease()
  const release = () => lease.release()
  const digest = new crypto.DigestStream('SHA-256')
  const writer = digest.getWriter()
  let bytes = 0
  const measured = async function* (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    try {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength
        lease.touch()
        if (bytes > maxUploadBytes) throw tooLarge()
        await writer.write(chunk)
        yield chunk
      }
    } catch (error) {
      throw toRefusal(error)
    }
  }
  const finish = async () => {
    await writer.close()
    return hex(await digest.digest)
  }

  if (!contentType.toLowerCase().startsWith('multipart/form-data')) {
    const lines: InputFile = { name: null, isReference: false, bytes: measured(body) }
    return { fields: {}, fieldsMustComeFirst: false, fileName: '', files: [lines], release, digest: finish }
  }
  const form = await openForm(contentType, body, lease).catch((error) => {
    release()
    throw toRefusal(error)
  })
  const files = (async function* () {
    for await (const file of form.files) yield { ...file, bytes: measured(file.bytes) }
  })()
  return { ...form, files, release, digest: finish }
}

function toRefusal(error: unknown): unknown {
  if (!(error instanceof UnreadableForm)) return error
  return new FailureError(invalidRequest([{ field: 'body', ...error.problem }]))
}

function tooLarge(): FailureError {
  const why = reason('upload_too_large', { maximum: maxUploadBytes })
  return new FailureError({ code: 'body_too_large', ...why, source: 'gateway' })
}
