import type { RatedCase } from './plan.ts'

/** One text for one case of an audit: the probe, which of its repeats, and the row. */
export const caseKey = ({ rowId, probe, index }: Pick<RatedCase, 'rowId' | 'probe' | 'index'>): string =>
  JSON.stringify([probe, index, rowId])
