import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** Writes a file whole or not at all, readable by the owner alone: a full disk leaves no half of it behind. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.unfinished`
  try {
    writeFileSync(unfinished, content, { mode: 0o600 })
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}
