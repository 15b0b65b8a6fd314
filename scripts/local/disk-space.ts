import { statfsSync } from 'node:fs'
import { StartProblem } from './problem.ts'

const defaultWatermarkBytes = 500_000_000
const defaultWatermarkShare = 0.05

/** The free space of a folder's disk. */
export interface DiskSpace {
  /** Below this many free bytes the gateway refuses uploads. */
  readonly watermarkBytes: number
  freeBytes(): number
}

/** Disk space that a start needs for the database, its journal and the logs. */
const minStartBytes = 16_000_000

/** Refuses to start on a disk that is full, where nothing would be stored. */
export function requireDiskSpace(folder: string, { freeBytes }: DiskSpace): void {
  const free = freeBytes()
  if (free >= minStartBytes) return
  throw new StartProblem(
    `The disk of the state folder ${folder} is full (${free} bytes free, ${minStartBytes} needed): free some space, or set KEVAL_STATE to a folder on another disk.`,
  )
}

/** `minFreeBytes` is the setting `KEVAL_MIN_FREE_BYTES`; left out, the watermark is 500 MB or a twentieth of a smaller disk. */
export function diskSpace(folder: string, minFreeBytes: string | undefined): DiskSpace {
  const { blocks, bsize } = statfsSync(folder)
  return {
    watermarkBytes:
      minFreeBytes === undefined
        ? Math.min(defaultWatermarkBytes, blocks * bsize * defaultWatermarkShare)
        : Number(minFreeBytes),
    freeBytes: () => {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    },
  }
}
