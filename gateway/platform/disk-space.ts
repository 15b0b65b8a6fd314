import { type Failure, reason } from '../../schema/api/errors.ts'
import { logUnexpected } from './unexpected.ts'

/** The binding's report: free bytes on the disk of the state folder, and the watermark below which it counts as full. */
export interface DiskSpaceReport {
  free_bytes: number
  watermark_bytes: number
}

/** Lifetime of a report. */
const freshMs = 1_000

/**
 * Watches the real disk below a local start, which passes it as the binding `DISK_SPACE`. Where there is no
 * binding, as on Cloudflare, there is no disk to fill.
 */
export class DiskSpace {
  readonly #binding: Fetcher | undefined
  readonly #now: () => number
  #last: { report: DiskSpaceReport; readAt: number } | undefined

  constructor(binding: Fetcher | undefined, now: () => number) {
    this.#binding = binding
    this.#now = now
  }

  /** Null while uploads may be written; the failure to answer with where the disk is below its watermark. */
  async refusal(): Promise<Failure | null> {
    const report = await this.#report()
    if (report === undefined || report.free_bytes >= report.watermark_bytes) return null
    return {
      code: 'storage_full',
      ...reason('disk_full', { left: report.free_bytes, watermark: report.watermark_bytes }),
      source: 'gateway',
    }
  }

  /** An unreadable report refuses nothing: the writes themselves notice a disk that is full. */
  async #report(): Promise<DiskSpaceReport | undefined> {
    if (this.#binding === undefined) return undefined
    const now = this.#now()
    if (this.#last !== undefined && Math.abs(now - this.#last.readAt) < freshMs) return this.#last.report
    try {
      const response = await this.#binding.fetch('http://disk-space/')
      const report = await response.json<DiskSpaceReport>()
      this.#last = { report, readAt: now }
      return report
    } catch (error) {
      logUnexpected(error, { work: 'disk space' })
      return undefined
    }
  }
}
