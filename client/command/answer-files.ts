import { openAsBlob } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Answers } from '../api/keval.ts'
import { type Call, UsageError } from './cli-context.ts'

/** One file is sent as it is, streamed from the disk; several are sent as a form. `-` is the standard input. */
export async function openAnswers(call: Call, paths: readonly string[]): Promise<Answers> {
  for (const path of paths) if (path !== '-') await checkReadable(call, path)
  const [only] = paths
  if (paths.length === 1)
    return only === '-' ? new Blob([(await call.readInput()) as Uint8Array<ArrayBuffer>]) : openAsBlob(only!)
  if (paths.includes('-')) throw new UsageError(call.texts.inputStandsAlone)
  return Promise.all(paths.map(async (path) => new File([await openAsBlob(path)], path)))
}

/** Refuses a path before the gateway is asked when its first byte cannot be read. */
export async function checkReadable({ texts }: Pick<Call, 'texts'>, path: string): Promise<void> {
  try {
    const file = await open(path)
    try {
      if (!(await file.stat()).isFile()) throw new UsageError(texts.notAFile(path))
      await file.read(Buffer.alloc(1), 0, 1, 0)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(code === 'ENOENT' ? texts.noFile(path) : texts.unreadableFile(path, code ?? message))
  }
}
