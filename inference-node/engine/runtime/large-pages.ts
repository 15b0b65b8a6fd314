import { readFileSync } from 'node:fs'
import koffi from 'koffi'

const collapse = 25 // MADV_COLLAPSE, Linux 6.1
const pageBytes = 2 << 20
/** Bytes of one call: a call that fails for want of memory skips no more than this. */
const stepBytes = 16 * pageBytes
const minRegionBytes = 4 << 20

/**
 * Moves what this process holds in memory by now, the weights of a model above all, into pages of 2 MB. Every token
 * reads all weights once: in pages of 4 KB, finding the next page holds the processor up more often than memory does.
 * Later allocations keep small pages: a KV cache in large pages would take all its memory at the first token.
 *
 * Only Linux can be asked to; elsewhere, or where it refuses, nothing changes.
 *
 * @returns bytes that were moved or stood in large pages already
 */
export function useLargePages(): number {
  if (process.platform !== 'linux') return 0
  try {
    const advise = koffi.load('libc.so.6').func('int madvise(uintptr_t, size_t, int)')
    let moved = 0
    for (const [start, end] of largeRegions())
      for (let at = start; at < end; at += stepBytes) {
        const bytes = Math.min(stepBytes, end - at)
        if (advise(at, bytes, collapse) === 0) moved += bytes
      }
    return moved
  } catch {
    return 0
  }
}

/** Range of an anonymous mapping: from the first to the last large page that lies wholly inside. */
function largeRegions(): [number, number][] {
  const regions: [number, number][] = []
  for (const line of readFileSync('/proc/self/maps', 'utf8').split('\n')) {
    const found = /^([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0\s*(\[heap\])?$/.exec(line)
    if (!found) continue
    const start = Math.ceil(Number.parseInt(found[1]!, 16) / pageBytes) * pageBytes
    const end = Math.floor(Number.parseInt(found[2]!, 16) / pageBytes) * pageBytes
    if (end - start >= minRegionBytes) regions.push([start, end])
  }
  return regions
}
