import { statfs } from 'node:fs/promises'
import { ModelError } from '../model/model-error.ts'

/** Refuses to begin what the disk has no room for. `what` takes the bytes, for example "the model takes". */
export async function requireFreeSpace(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= bytes) return
  const [needed, available] = [Math.ceil(bytes / 1e6), Math.floor(free / 1e6)]
  throw new ModelError(`no space left for ${folder}: ${what} ${needed} MB, ${available} MB are free`)
}
