import type { Probe } from '../probe.ts'
import { sources } from '../sources.ts'

/** The row as it is. Its repeats give the judge's noise, against which every other probe is read. */
export const repeat: Probe = {
  name: 'repeat',
  relation: 'same_row',
  reason: 'The same row deserves the same rating.',
  source: sources.largeBias,
  vary: (row) => [...row.turns],
}
