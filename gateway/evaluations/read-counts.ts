import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import type { EvaluationStore } from './evaluation-store.ts'
import { readFailures } from './failures-query.ts'
import type { TallyStore } from './tallies/tally-store.ts'
import { toCounts } from './tallies/to-counts.ts'

interface CountedParts {
  database: TenantDatabase
  storage: DurableObjectStorage
  store: EvaluationStore
  tallies: TallyStore
}

/** Reads the counts behind an evaluation's tables from its tallies, rebuilding those that are out of date. */
export function readCounts(
  { database, storage, store, tallies }: CountedParts,
  id: string,
): EvaluationCounts {
  if (!store.get(id)!.tallied) {
    storage.transactionSync(() => tallies.rebuild(id))
    store.update(id, { tallied: true })
  }
  const failures = store.get(id)!.failed === 0 ? [] : readFailures(database, id)
  return toCounts(tallies.read(id), failures)
}
