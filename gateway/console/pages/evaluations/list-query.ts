import { evaluationOrders } from '../../../../schema/api/evaluation-tags.ts'
import type { ConsoleContext } from '../../view.ts'

const names = ['search', 'tag', 'sort'] as const

/** Query of the list of evaluations, without defaults. */
export type ListQuery = Partial<Record<(typeof names)[number], string>>

export function readListQuery(c: ConsoleContext): ListQuery {
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const value = c.req.query(name)?.trim()
      return value ? [[name, value]] : []
    }),
  ) as ListQuery
  const { sort, ...rest } = given
  // an unknown order in an old address falls back to the default
  return evaluationOrders.some((order) => order === sort) ? given : rest
}

/** The address of the list as it was asked for. */
export function toListPath(query: ListQuery, more: Record<string, string> = {}): string {
  const search = new URLSearchParams({ ...query, ...more })
  return search.size === 0 ? '/evaluations' : `/evaluations?${search}`
}
