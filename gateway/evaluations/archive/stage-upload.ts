import { FailureError } from '../../../schema/api/errors.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import type { Upload } from '../upload.ts'
import { wrongArchive } from './archive-problem.ts'
import { partBytes } from './staged-archives.ts'
import type { TenantArchives } from './tenant-archives.ts'

/** Stores the archive of an upload in parts of equal size; returns its size. */
export async function stageUpload(archives: TenantArchives, id: string, upload: Upload): Promise<number> {
  let number = 0
  const part = new Uint8Array(partBytes)
  let filled = 0
  const flush = async () => {
    const failure = await archives.stage(id, number, part.slice(0, filled))
    if (failure !== null) throw new FailureError(failure)
    number++
    filled = 0
  }
  let files = 0
  for await (const { bytes } of upload.files) {
    if (++files > 1) throw wrongArchive([fieldError('file', 'one_file')])
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; ) {
        const taken = Math.min(chunk.length - at, partBytes - filled)
        part.set(chunk.subarray(at, at + taken), filled)
        filled += taken
        at += taken
        if (filled === partBytes) await flush()
      }
    }
  }
  const size = number * partBytes + filled
  if (filled > 0) await flush()
  return size
}
