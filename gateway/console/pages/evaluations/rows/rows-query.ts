import type { ConsoleContext } from '../../../view.ts'

/** The filters of the API that are hidden from who labels blind: they would tell the rating. */
const telling = ['verdict', 'warning', 'min_rating', 'max_rating', 'min_difference', 'sort'] as const
const harmless = ['search', 'category', 'model', 'turn', 'labelled'] as const
type Field = (typeof telling)[number] | (typeof harmless)[number]

/** Filter and order of the rows, kept in the address of every page so that each can be linked to. */
export interface RowsQuery {
  filter: Partial<Record<Field, string>>
  /** The judge's ratings are hidden until a row is labelled. */
  blind: boolean
  /** Answers are shown as they were written. */
  source: boolean
}

/** Reads the query; fields of the form that were left empty are not asked for. */
export function readRowsQuery(c: ConsoleContext): RowsQuery {
  const given = c.req.query()
  const blind = given.blind === '1'
  const fields: readonly Field[] = blind ? harmless : [...harmless, ...telling]
  const filter = Object.fromEntries(fields.flatMap((field) => (given[field] ? [[field, given[field]]] : [])))
  return { filter, blind, source: given.source === '1' }
}

/** The query of a page of the console, with some of it changed. */
export function toPageQuery(query: RowsQuery, change: Partial<RowsQuery> = {}): string {
  const { filter, blind, source } = { ...query, ...change }
  const parameters = new URLSearchParams({
    ...filter,
    ...(blind && { blind: '1' }),
    ...(source && { source: '1' }),
  })
  return parameters.size === 0 ? '' : `?${parameters}`
}

/** The query of the API, with what else is asked. */
export const toApiQuery = ({ filter, blind }: RowsQuery, more: Record<string, string> = {}) =>
  `?${new URLSearchParams({ ...filter, ...(blind && { search_in: 'judged' }), ...more })}`
