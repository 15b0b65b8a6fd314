/** A node that could take a call, with its load in calls. */
export interface Candidate {
  load: number
  weight: number
}

/**
 * Two candidates by chance, in proportion to their weights, and of these the one with less load for its
 * weight: nearly as even as asking all of them, without every gateway running to the same idle node.
 */
export function chooseOfTwo<C extends Candidate>(candidates: readonly C[], random: () => number): C | null {
  const first = byWeight(candidates, random())
  if (first === null) return null
  const second = byWeight(
    candidates.filter((candidate) => candidate !== first),
    random(),
  )
  if (second === null) return first
  return relativeLoad(second) < relativeLoad(first) ? second : first
}

const relativeLoad = ({ load, weight }: Candidate) => (load + 1) / weight

function byWeight<C extends Candidate>(candidates: readonly C[], random: number): C | null {
  let rest = random * candidates.reduce((sum, { weight }) => sum + weight, 0)
  for (const candidate of candidates) {
    rest -= candidate.weight
    if (rest < 0) return candidate
  }
  return candidates.at(-1) ?? null
}
