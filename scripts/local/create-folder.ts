import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Creates a folder and those above it, readable by their owner alone. Node's own recursive `mkdir` never returns where
 * the system refuses a name below an existing folder, as in `/proc`.
 *
 * @throws the system's error
 */
export function createFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) createFolder(parent)
  mkdirSync(path, { mode: 0o700 })
}
