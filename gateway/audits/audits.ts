import type { AuditExample } from '../../schema/api/audits.ts'
import type { Failure } from '../../schema/api/errors.ts'
import type { EvaluationOptions } from '../../schema/api/evaluation-request.ts'
import type { AuditFindings, AuditRun } from '../../schema/audit/findings.ts'
import type { EvaluationRecord } from '../evaluations/evaluation-store.ts'
import type { Evaluations } from '../evaluations/evaluations.ts'
import type { NewRow, RowStore } from '../evaluations/row-store.ts'
import type { AuditRecord, AuditStore, NewAudit, NewCase } from './audit-store.ts'

interface AuditsParts {
  storage: DurableObjectStorage
  store: AuditStore
  rows: RowStore
  evaluations: Evaluations
}

/** A case to be stored, with the row that judges it. */
export interface StoredCase {
  row: NewRow
  one: NewCase
}

/** Samples between two runs of one plan: more than the repeats that an audit may have. */
const samplesPerRun = 16

/** The audits of one tenant, inside its object. */
export class Audits {
  readonly #parts: AuditsParts

  constructor(parts: AuditsParts) {
    this.#parts = parts
  }

  /** Begins to store an audit; returns a failure when there is no room left. */
  async open(audit: NewAudit, keyId: string, options: EvaluationOptions): Promise<Failure | null> {
    const { evaluations, store } = this.#parts
    const full = await evaluations.open(audit.evaluationId, keyId, options, audit.id)
    if (full === null) store.open(audit)
    return full
  }

  /** Stores the next cases; returns a failure when there is no room left. */
  async append(evaluationId: string, cases: StoredCase[]): Promise<Failure | null> {
    const { evaluations, store } = this.#parts
    const full = await evaluations.append(
      evaluationId,
      cases.map(({ row }) => row),
    )
    if (full !== null) return full
    store.append(
      evaluationId,
      cases.map(({ one }) => one),
    )
    return null
  }

  /**
   * Takes over the cases of a finished audit. `run` is a number that no other run of the plan has: every case gets
   * a sample of its own, or stored judgments would answer and nothing could ever have moved.
   */
  copy(from: string, evaluationId: string, run: number): void {
    const { storage, store, rows } = this.#parts
    storage.transactionSync(() => {
      rows.copy(from, evaluationId, run * samplesPerRun)
      store.copyCases(from, evaluationId)
    })
  }

  get(id: string): AuditRecord | null {
    return this.#parts.store.get(id)
  }

  page(limit: number, after: string | undefined): { data: AuditRecord[]; hasMore: boolean } {
    const records = this.#parts.store.page(limit + 1, after)
    return { data: records.slice(0, limit), hasMore: records.length > limit }
  }

  cancel(id: string): AuditRecord | null {
    const found = this.get(id)
    if (found !== null) this.#parts.evaluations.cancel(found.evaluation.id)
    return this.get(id)
  }

  async resume(id: string, keyId: string): Promise<AuditRecord | null> {
    const found = this.get(id)
    if (found !== null) await this.#parts.evaluations.resume(found.evaluation.id, keyId)
    return this.get(id)
  }

  remove(id: string): boolean {
    const found = this.get(id)
    return found !== null && this.#parts.evaluations.remove(found.evaluation.id)
  }

  run({ id, options }: Pick<EvaluationRecord, 'id' | 'options'>): AuditRun {
    return this.#parts.store.run(id, options.model)
  }

  findings(id: string, state: string): AuditFindings | null {
    return this.#parts.store.findings(id, state)
  }

  keepFindings(id: string, state: string, findings: AuditFindings): void {
    this.#parts.store.keepFindings(id, state, findings)
  }

  examples(evaluationId: string, wanted: { probe: string; sourceRow: number }[]): AuditExample[] {
    return this.#parts.store.examples(evaluationId, wanted)
  }
}
