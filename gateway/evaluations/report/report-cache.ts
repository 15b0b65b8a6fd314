import type { Report } from '../../../schema/api/reports.ts'
import type { Language } from '../../../schema/messages/language.ts'
import { LruMap } from '../../platform/lru-map.ts'
import type { EvaluationRecord } from '../evaluation-store.ts'

const maxReports = 64

/**
 * Reports of this isolate, by evaluation and counts: the same counts give the same tables, and intervals are the
 * expensive part of them. Ids are unique across tenants.
 */
export class ReportCache {
  readonly #reports = new LruMap<string, Report>({ max: maxReports })

  get(
    {
      id,
      options,
      status,
      rated,
      wrong,
      failed,
      judgments,
      labelRevision,
      datasetName,
      datasetVersion,
    }: EvaluationRecord,
    otherId: string | null,
    auditId: string | null,
    language: Language,
    build: () => Report,
  ): Report {
    const key = JSON.stringify([
      id,
      options.name,
      status,
      rated,
      wrong,
      failed,
      judgments,
      labelRevision,
      datasetName,
      datasetVersion,
      otherId,
      auditId,
      language,
    ])
    const report = this.#reports.get(key) ?? build()
    this.#reports.set(key, report)
    return report
  }
}
