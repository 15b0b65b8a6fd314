import { labelledStates, rowOrders, rowVerdicts } from '../../../../../schema/api/evaluation-rows.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import { warningCodes } from '../../../../../schema/judge/lint.ts'
import { FilterField } from '../../../components/filter-field.tsx'
import type { View } from '../../../view.ts'
import { type RowsQuery, toPageQuery } from './rows-query.ts'

interface RowFiltersProps {
  view: View
  evaluation: Evaluation
  query: RowsQuery
}

/** Form that filters the rows. Choices that an evaluation does not have are left out. */
export function RowFilters({ view, evaluation, query }: RowFiltersProps) {
  const text = view.t.evaluations.rows
  const { preview } = evaluation
  const { filter, blind, source } = query
  const names = (counts: Record<string, number> | undefined) =>
    Object.keys(counts ?? {}).map((name): [string, string] => [name, name])
  const select = (name: keyof RowsQuery['filter'], label: string, choices: [string, string][]) => (
    <FilterField name={name} label={label}>
      <select id={name} name={name}>
        <option value="">{text.all}</option>
        {choices.map(([value, title]) => (
          <option value={value} selected={value === filter[name]}>
            {title}
          </option>
        ))}
      </select>
    </FilterField>
  )
  const number = (name: 'min_rating' | 'max_rating' | 'min_difference', label: string) => (
    <FilterField name={name} label={label}>
      <input id={name} name={name} type="number" min="0" max="10" step="any" value={filter[name]} />
    </FilterField>
  )
  const [categories, models] = [names(preview?.categories), names(preview?.models)]
  const turns = Object.keys(preview?.turns ?? {}).includes('2') ? ['1', '2'] : []
  const isNarrowed = Object.keys(filter).some((name) => !['search', 'category', 'sort'].includes(name))
  return (
    <form class="filter-grid card" method="get">
      {blind && <input type="hidden" name="blind" value="1" />}
      {source && <input type="hidden" name="source" value="1" />}
      <FilterField name="search" label={text.search} wide>
        <input id="search" name="search" type="search" maxlength={200} value={filter.search} />
      </FilterField>
      {categories.length > 1 && select('category', text.category, categories)}
      {!blind && (
        <FilterField name="sort" label={text.sort}>
          <select id="sort" name="sort">
            {rowOrders.map((order) => (
              <option value={order === 'row' ? '' : order} selected={order === filter.sort}>
                {text.orders[order]}
              </option>
            ))}
          </select>
        </FilterField>
      )}
      <details class="wide" open={isNarrowed}>
        <summary>{text.moreFilters}</summary>
        <div class="filter-grid">
          {models.length > 1 && select('model', view.t.evaluations.report.model, models)}
          {turns.length > 1 &&
            select(
              'turn',
              view.t.evaluations.report.turn,
              turns.map((turn) => [turn, view.t.evaluations.report.turnName(Number(turn))]),
            )}
          {select(
            'labelled',
            text.label,
            labelledStates.map((state) => [state, text.labelled[state]]),
          )}
          {!blind && (
            <>
              {select(
                'verdict',
                text.filter,
                rowVerdicts.map((verdict) => [verdict, text.verdicts[verdict]]),
              )}
              {select(
                'warning',
                text.warning,
                warningCodes.map((code) => [code, text.warnings[code]]),
              )}
              {number('min_rating', text.minRating)}
              {number('max_rating', text.maxRating)}
              {number('min_difference', text.minDifference)}
            </>
          )}
        </div>
      </details>
      <p class="row">
        <button class="button compact primary" type="submit">
          {text.apply}
        </button>
        {Object.keys(filter).length > 0 && (
          <a class="button compact" href={toPageQuery(query, { filter: {} }) || '?'}>
            {text.clear}
          </a>
        )}
      </p>
    </form>
  )
}
