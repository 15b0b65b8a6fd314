import type { Random } from '../metrics/random.ts'

/**
 * Up to `size` rows, each category in proportion (largest remainders), at least one of each as far as the size
 * allows; the same random stream draws the same rows. They come in the order of the input.
 */
export function sampleByCategory<Row extends { category: string | null }>(
  rows: readonly Row[],
  size: number,
  random: Random,
): Row[] {
  if (rows.length <= size) return [...rows]
  const groups = [...Map.groupBy(rows.keys(), (index) => rows[index]!.category).values()]
  const shares = groups.map((group) => (size * group.length) / rows.length)
  const counts = shares.map((share, index) => Math.min(groups[index]!.length, Math.max(1, Math.floor(share))))
  const total = () => counts.reduce((sum, count) => sum + count, 0)
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder)
  for (const { index } of byRemainder) {
    if (total() >= size) break
    if (counts[index]! < groups[index]!.length) counts[index]!++
  }
  // with more categories than places, the largest groups give up places first, then the last ones
  while (total() > size) counts[counts.lastIndexOf(Math.max(...counts))]!--
  const drawn = groups.flatMap((group, index) => draw(group, counts[index]!, random))
  return drawn.sort((a, b) => a - b).map((index) => rows[index]!)
}

function draw(items: readonly number[], count: number, random: Random): number[] {
  const rest = [...items]
  return Array.from({ length: count }, () => rest.splice(Math.floor(random() * rest.length), 1)[0]!)
}
