/** The name that was most likely meant: one that begins like it, or differs by few letters; null if none does. */
export function findNearest<Name extends string>(given: string, names: readonly Name[]): Name | null {
  const lower = given.toLowerCase()
  const ranked = names
    .map((name) => ({ name, distance: measureDistance(lower, name) }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 3) || isBeginning(lower, name))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.name ?? null
}

const isBeginning = (a: string, b: string) =>
  Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a))

/** Letters to insert, delete or replace, or neighbours to swap. */
function measureDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, isSwap ? before[j - 2]! + 1 : replaced)
    }
    before = row
    row = next
  }
  return row[b.length]!
}
