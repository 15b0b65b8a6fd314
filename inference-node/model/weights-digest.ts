import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/**
 * SHA-256 over the contents of the files, one after the other in the given order; 64 hex digits. Names are left
 * out, so that a renamed directory keeps its digest.
 */
export async function digestFiles(paths: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths)
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
