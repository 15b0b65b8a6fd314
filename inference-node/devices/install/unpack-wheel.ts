import { createWriteStream } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { ModelError } from '../../model/model-error.ts'
import type { Wheel } from '../cuda-libraries.ts'

/**
 * Unpacks the libraries of a wheel into a folder, and nothing else of it. File names come from the pinned list, never
 * from the archive.
 *
 * @throws ModelError when one is missing or has another size
 */
export async function unpackWheel(wheel: Wheel, path: string, folder: string): Promise<void> {
  const missing = new Map(wheel.libraries.map((library) => [library.path, library]))
  const archive = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true })
  try {
    for await (const entry of archive.eachEntry()) {
      const library = missing.get(entry.fileName)
      if (!library) continue
      if (entry.uncompressedSize !== library.bytes)
        throw new ModelError(
          `${entry.fileName} in ${wheel.file} has ${entry.uncompressedSize} bytes, not ${library.bytes}`,
        )
      await pipeline(
        await archive.openReadStreamPromise(entry),
        createWriteStream(join(folder, basename(library.path)), { flags: 'wx', mode: 0o644 }),
      )
      missing.delete(entry.fileName)
      if (missing.size === 0) break
    }
  } finally {
    archive.close()
  }
  for (const name of missing.keys()) throw new ModelError(`${wheel.file} has no ${name}`)
}
