import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ModelError } from '../../model/model-error.ts'

/**
 * The download records of huggingface_hub (`hf download --local-dir`) and `keval-node pull`: three lines,
 * the commit, the entity tag (the SHA-256 of large files) and the time in seconds.
 */
export const metadataFile = (file: string) =>
  join(dirname(file), '.cache', 'huggingface', 'download', `${basename(file)}.metadata`)

/** The hub's metadata of a downloaded file; null when it was downloaded otherwise. */
export async function hubMetadata(file: string): Promise<{ commit: string; sha256: string | null } | null> {
  const text = await readFile(metadataFile(file), 'utf8').catch(() => null)
  if (text === null) return null
  const [commit = '', tag = ''] = text.split('\n')
  return { commit: commit.trim(), sha256: /^[0-9a-f]{64}$/.test(tag.trim()) ? tag.trim() : null }
}

/**
 * Compares downloaded files with the hub's checksums, where they are known.
 *
 * @throws ModelError naming the first file that differs
 */
export async function verifyDownloads(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const expected = (await hubMetadata(file))?.sha256
    if (expected && (await sha256(file)) !== expected)
      throw new ModelError(
        `${file} is damaged: its SHA-256 is not the one that the hub gave; download it again`,
      )
  }
}

/** SHA-256 of a file, 64 hex digits. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
