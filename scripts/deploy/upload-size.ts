import { StartProblem } from '../local/problem.ts'

/** Compressed bytes that Cloudflare takes for a Worker, by plan. */
const maxBytes = { paid: 10_000_000, free: 3_000_000 } as const

/**
 * The size of the bundle as wrangler prints it, beside the limit of the plan.
 *
 * @throws StartProblem where it is over the limit
 */
export function describeUploadSize(printed: string, plan: keyof typeof maxBytes): string {
  const size = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(printed)
  if (size === null) return 'wrangler printed none'
  const [whole, compressed] = [Number(size[1]) * 1024, Number(size[2]) * 1024]
  const limit = maxBytes[plan]
  const text = `${toMegabytes(compressed)} compressed of the ${toMegabytes(limit)} that a Worker of the ${plan} plan may have (${toMegabytes(whole)} whole)`
  if (compressed > limit) throw new StartProblem(`The Worker is too large: ${text}.`)
  return text
}

const toMegabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
