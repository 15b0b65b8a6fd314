/** Counts by bucket, as JSON has them. */
export type BucketCounts = Record<string, number>

const growth = 1.25
const lastBucket = 64

/** The bucket of a duration: each reaches a quarter further than the one before. */
export function toBucket(milliseconds: number): number {
  if (milliseconds <= 1) return 0
  return Math.min(lastBucket, Math.ceil(Math.log(milliseconds) / Math.log(growth)))
}

/** Count, quantiles and histogram of the runs counted. A quantile is its bucket's end: never below the truth. */
export function toLatency(counts: BucketCounts) {
  const buckets = Object.entries(counts)
    .map(([bucket, runs]) => ({ bucket: Number(bucket), runs }))
    .sort((one, other) => one.bucket - other.bucket)
  const count = buckets.reduce((sum, { runs }) => sum + runs, 0)
  const quantile = (part: number): number | null => {
    let seen = 0
    for (const { bucket, runs } of buckets) {
      seen += runs
      if (seen >= count * part) return bucketEnd(bucket)
    }
    return null
  }
  const histogram = buckets.map(({ bucket, runs }) => ({ up_to_ms: bucketEnd(bucket), runs }))
  return { count, p50_ms: quantile(0.5), p95_ms: quantile(0.95), histogram }
}

const bucketEnd = (bucket: number) => Math.ceil(growth ** bucket)

/** Adds the counts of one to the other's. */
export function mergeBuckets(into: BucketCounts, counts: BucketCounts): BucketCounts {
  const merged = { ...into }
  for (const [bucket, runs] of Object.entries(counts)) merged[bucket] = (merged[bucket] ?? 0) + runs
  return merged
}
