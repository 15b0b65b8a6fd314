import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import type { View } from '../../../view.ts'

/** Names the compared evaluations that are not complete: the tables cover a part of their rows. */
export function Unfinished({ view, evaluations }: { view: View; evaluations: readonly Evaluation[] }) {
  const open = evaluations.filter(({ status }) => status !== 'completed')
  if (open.length === 0) return null
  const { compare, statuses } = view.t.evaluations
  return (
    <div class="notice careful">
      <h2>{compare.unfinished}</h2>
      <ul>
        {open.map(({ id, name, status, progress }) => (
          <li>
            <a href={`/evaluations/${encodeURIComponent(id)}`}>{name}</a>: {statuses[status]} ·{' '}
            {Math.floor(progress * 100)}%
          </li>
        ))}
      </ul>
    </div>
  )
}
