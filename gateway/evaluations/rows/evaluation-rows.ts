import { sql } from 'drizzle-orm'
import type {
  EvaluationRow,
  ExportedLabel,
  RowAgreement,
  RowFilter,
  RowList,
  RowPageQuery,
} from '../../../schema/api/evaluation-rows.ts'
import type { Language } from '../../../schema/messages/language.ts'
import { agreementValues } from '../../../schema/metrics/agreement.ts'
import type { EvaluationCounts } from '../../../schema/report/counts.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'
import type { TallyStore } from '../tallies/tally-store.ts'
import { type LabelPlace, LabelStore } from './label-store.ts'
import { readRow } from './read-row.ts'
import { rowOrder, selectRows } from './row-filter.ts'
import { summarizeRows } from './summarize-rows.ts'

interface EvaluationRowsParts {
  storage: DurableObjectStorage
  database: TenantDatabase
  tallies: TallyStore
  counts: (id: string) => EvaluationCounts
  now: () => number
}

/** Returns whether a filter leaves out no row and keeps the order of the rows. */
const choosesAll = ({ sort, search = '', search_in: _, ...conditions }: RowFilter) =>
  sort === 'row' && search === '' && Object.values(conditions).every((condition) => condition === undefined)

/** The rows of evaluations as people read them, and the labels that people give them. */
export class EvaluationRows {
  readonly #parts: EvaluationRowsParts
  readonly #labels: LabelStore

  constructor(parts: EvaluationRowsParts) {
    this.#parts = parts
    this.#labels = new LabelStore(parts.database, parts.tallies)
  }

  /** A page of the rows that a filter chooses. */
  page(id: string, query: RowPageQuery): RowList {
    const { database } = this.#parts
    const { limit, offset, ...filter } = query
    const found = database.all<{ number: number; total: number }>(sql`
      select number, count(*) over () as total from (${selectRows(id, filter)})
      order by ${rowOrder[filter.sort]} limit ${limit} offset ${offset}`)
    const total = found[0]?.total ?? (offset === 0 ? 0 : this.#count(id, filter))
    const data = summarizeRows(
      database,
      id,
      found.map(({ number }) => number),
    )
    return { object: 'list', data, total, has_more: offset + found.length < total }
  }

  /** One row with all its judgments, and its place among those that a filter chooses. */
  row(id: string, number: number, filter: RowFilter, language: Language): EvaluationRow | null {
    const { database } = this.#parts
    const row = readRow(database, id, number, language)
    return row === null ? null : { ...row, place: this.#place(id, number, filter) }
  }

  /** Labels a turn of a row; returns false where that turn is not judged. */
  label(place: LabelPlace, given: { label: number; note: string; keyId: string }): boolean {
    const { storage, now } = this.#parts
    return storage.transactionSync(() => this.#labels.set(place, given, now()))
  }

  /** Takes a label back: the one of the file counts again. Returns false where there is none. */
  unlabel(place: LabelPlace): boolean {
    return this.#parts.storage.transactionSync(() => this.#labels.remove(place))
  }

  /** The labels given by hand, in the order of the rows, after the place given. */
  labels(id: string, after: [row: number, turn: number], limit: number): ExportedLabel[] {
    return this.#labels.page(id, after, limit)
  }

  agreement(id: string): RowAgreement {
    const { labelled } = this.#parts.counts(id)
    return {
      object: 'evaluation.agreement',
      by_hand: this.#labels.count(id),
      ...agreementValues(labelled),
    }
  }

  #count(id: string, filter: RowFilter): number {
    return this.#parts.database.get<{ n: number }>(
      sql`select count(*) as n from (${selectRows(id, filter)})`,
    )!.n
  }

  #place(id: string, number: number, filter: RowFilter): EvaluationRow['place'] {
    if (choosesAll(filter)) return this.#placeAmongAll(id, number)
    const order = rowOrder[filter.sort]
    const place = this.#parts.database.get<NonNullable<EvaluationRow['place']>>(sql`
      select position, total, previous, next from (
        select number, row_number() over (order by ${order}) as position, count(*) over () as total,
          lag(number) over (order by ${order}) as previous, lead(number) over (order by ${order}) as next
        from (${selectRows(id, filter)}))
      where number = ${number}`)
    return place ?? null
  }

  /** Seeks in the index: a step from row to row reads no other rows. */
  #placeAmongAll(id: string, number: number): EvaluationRow['place'] {
    return this.#parts.database.get<NonNullable<EvaluationRow['place']>>(sql`
      select
        (select count(*) from evaluation_rows where evaluation_id = ${id} and number <= ${number}) as position,
        (select count(*) from evaluation_rows where evaluation_id = ${id}) as total,
        (select max(number) from evaluation_rows where evaluation_id = ${id} and number < ${number}) as previous,
        (select min(number) from evaluation_rows where evaluation_id = ${id} and number > ${number}) as next`)!
  }
}
