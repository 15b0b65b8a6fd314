import { verdicts } from '../../../../schema/api/judgments.ts'
import { FilterField } from '../../components/filter-field.tsx'
import type { View } from '../../view.ts'

/** The fields of the filter form, as the address has them. */
export const filterNames = ['search', 'model', 'verdict', 'min_rating', 'max_rating', 'from', 'to'] as const
export type JudgmentFilter = Partial<Record<(typeof filterNames)[number], string>>

interface JudgmentFiltersProps {
  view: View
  filter: JudgmentFilter
  models: string[]
}

/** Filters of the history. Days are those of Korea. */
export function JudgmentFilters({ view, filter, models }: JudgmentFiltersProps) {
  const { t } = view
  const text = t.judgments
  const known =
    filter.model === undefined || models.includes(filter.model) ? models : [filter.model, ...models]
  const rating = (name: 'min_rating' | 'max_rating', label: string) => (
    <FilterField name={name} label={label}>
      <input id={name} name={name} type="number" min="0" max="10" step="any" value={filter[name]} />
    </FilterField>
  )
  const day = (name: 'from' | 'to', label: string) => (
    <FilterField name={name} label={label}>
      <input id={name} name={name} type="date" value={filter[name]} />
    </FilterField>
  )
  return (
    <form class="filter-grid card" method="get">
      <FilterField name="search" label={text.search} wide>
        <input id="search" name="search" type="search" maxlength={200} value={filter.search} />
      </FilterField>
      <FilterField name="model" label={t.judge.form.model}>
        <select id="model" name="model">
          <option value="">{text.all}</option>
          {known.map((model) => (
            <option value={model} selected={model === filter.model}>
              {model}
            </option>
          ))}
        </select>
      </FilterField>
      <FilterField name="verdict" label={text.verdict}>
        <select id="verdict" name="verdict">
          <option value="">{text.all}</option>
          {verdicts.map((verdict) => (
            <option value={verdict} selected={verdict === filter.verdict}>
              {t.judge.verdicts[verdict]}
            </option>
          ))}
        </select>
      </FilterField>
      {rating('min_rating', t.evaluations.rows.minRating)}
      {rating('max_rating', t.evaluations.rows.maxRating)}
      {day('from', text.from)}
      {day('to', text.to)}
      <p class="row">
        <button class="button compact primary" type="submit">
          {t.evaluations.rows.apply}
        </button>
        {Object.keys(filter).length > 0 && (
          <a class="button compact" href="/judgments">
            {t.evaluations.rows.clear}
          </a>
        )}
      </p>
    </form>
  )
}
