import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DiskSpace } from './disk-space.ts'

export interface Thresholds {
  /** Free bytes in a database below which it stays as it is. */
  minBytes: number
  /** The same as a share of its file. */
  minShare: number
}

const defaults: Thresholds = { minBytes: 64_000_000, minShare: 0.25 }

/**
 * Gives the space of deleted data back to the disk. The runtime reuses free pages and never shrinks a file, so this
 * is for the time before it starts: rewriting a database blocks it. Returns the bytes that came free.
 */
export function compactDatabases(state: string, disk: DiskSpace, thresholds = defaults): number {
  let reclaimed = 0
  for (const file of listDatabases(state)) {
    const size = statSync(file).size
    if (size < thresholds.minBytes) continue
    if (!isWorthwhile(file, size, disk, thresholds)) continue
    const database = new DatabaseSync(file)
    try {
      database.exec('vacuum')
    } finally {
      database.close()
    }
    reclaimed += size - statSync(file).size
  }
  return reclaimed
}

function listDatabases(state: string): string[] {
  const folder = join(state, 'v3')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sqlite'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Returns whether enough of it is free, and the disk has room for its copy and the journal. */
function isWorthwhile(
  file: string,
  size: number,
  disk: DiskSpace,
  { minBytes, minShare }: Thresholds,
): boolean {
  const database = new DatabaseSync(file)
  try {
    const read = (pragma: string) => Number(Object.values(database.prepare(`pragma ${pragma}`).get()!)[0])
    const free = read('freelist_count') * read('page_size')
    if (free < minBytes || free < size * minShare) return false
    return disk.freeBytes() - 2 * (size - free) > disk.watermarkBytes
  } finally {
    database.close()
  }
}
