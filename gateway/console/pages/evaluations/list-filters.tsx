import { evaluationOrders } from '../../../../schema/api/evaluation-tags.ts'
import { FilterField } from '../../components/filter-field.tsx'
import type { View } from '../../view.ts'
import type { ListQuery } from './list-query.ts'

/** The form that searches, filters and sorts the list. */
export function ListFilters({ view, query, tags }: { view: View; query: ListQuery; tags: string[] }) {
  const { list: text, rows, trend } = view.t.evaluations
  const isNarrowed = Object.keys(query).length > 0
  return (
    <form class="filter-grid card" method="get" action="/evaluations">
      <FilterField name="search" label={text.search} wide>
        <input id="search" name="search" type="search" maxlength={200} value={query.search} />
      </FilterField>
      {(tags.length > 0 || query.tag !== undefined) && (
        <FilterField name="tag" label={text.tag}>
          <select id="tag" name="tag">
            <option value="">{rows.all}</option>
            {[...new Set([...tags, ...(query.tag === undefined ? [] : [query.tag])])].map((tag) => (
              <option value={tag} selected={tag === query.tag}>
                {tag}
              </option>
            ))}
          </select>
        </FilterField>
      )}
      <FilterField name="sort" label={text.sort}>
        <select id="sort" name="sort">
          {evaluationOrders.map((order) => (
            <option value={order} selected={order === (query.sort ?? 'newest')}>
              {text.orders[order]}
            </option>
          ))}
        </select>
      </FilterField>
      <p class="row">
        <button class="button compact primary" type="submit">
          {rows.apply}
        </button>
        {query.tag !== undefined && (
          <a class="button compact" href={`/trend?tag=${encodeURIComponent(query.tag)}`}>
            {trend.link}
          </a>
        )}
        {isNarrowed && (
          <a class="button compact" href="/evaluations">
            {rows.clear}
          </a>
        )}
      </p>
    </form>
  )
}
