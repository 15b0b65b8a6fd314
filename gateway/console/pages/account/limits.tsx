import type { LimitsView } from '../../../../schema/api/usage.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

interface Bound {
  of: string
  name: string
  used: number
  remaining: number
  limit: number
}

/** Limits of the plan, and of the key where it has its own, with the remainders. */
export function Limits({ view, limits }: { view: View; limits: LimitsView }) {
  const text = view.t.account.usage
  const bounds = [
    ...formatBounds(text, text.limitsOf.tenant, limits.tenant),
    ...(limits.key === null ? [] : formatBounds(text, text.limitsOf.key, limits.key)),
  ]
  const counted = (title: string, of: (bound: Bound) => number): Column<Bound> => ({
    title,
    as: 'number',
    of: (bound) => count(of(bound), view),
  })
  const columns: Column<Bound>[] = [
    {
      title: text.limits,
      as: 'name',
      of: (bound) => (
        <>
          {bound.name} {limits.key !== null && <span class="soft small">{bound.of}</span>}
        </>
      ),
    },
    counted(text.used, ({ used }) => used),
    counted(text.remaining, ({ remaining }) => remaining),
    counted(text.limit, ({ limit }) => limit),
  ]
  return (
    <section class="section" aria-labelledby="limits">
      <h2 id="limits">{text.limits}</h2>
      <DataTable label={text.limits} columns={columns} rows={bounds} />
      <p class="soft small">
        {text.usedHint} {text.fixed(count(limits.evaluation_rows, view), count(limits.retention_days, view))}
      </p>
    </section>
  )
}

function formatBounds(
  text: View['t']['account']['usage'],
  of: string,
  { requests_per_minute: rate, concurrent, tokens_per_day: tokens }: LimitsView['tenant'],
): Bound[] {
  const { limit, running } = concurrent
  return [
    { of, name: text.perMinute, ...rate, used: rate.limit - rate.remaining },
    { of, name: text.concurrent, limit, used: running, remaining: Math.max(0, limit - running) },
    { of, name: text.perDay, ...tokens },
  ]
}
