import type { z } from 'zod'
import type { LimitsView, UsageRow, usageSchema } from '../../../../schema/api/usage.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { UsageCharts } from '../../components/usage-charts.tsx'
import { grouped, type UsageGroup, usageColumns } from '../../components/usage-columns.ts'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'
import { Limits } from './limits.tsx'

export type Usage = z.infer<typeof usageSchema>

interface UsagePageProps {
  view: View
  usage: Usage
  /** Null where they cannot be told just now. */
  limits: LimitsView | null
  now: number
}

/** Usage of the tenant, and the remainder of today's limits. */
export function UsagePage({ view, usage, limits, now }: UsagePageProps) {
  const { t } = view
  const text = t.account.usage
  const { tokens, tokens_per_day: limit } = usage.today
  // running requests hold what they may still use
  const reserved = Math.max(0, (limits?.tenant.tokens_per_day.used ?? tokens) - tokens)
  return (
    <Page view={view} title={text.title}>
      <PageHead title={text.title} lead={text.lead} />
      <section class="card" aria-labelledby="today">
        <h2 id="today">{text.today}</h2>
        <p class="row">
          <strong class="number">
            {count(tokens, view)} / {count(limit, view)}
          </strong>
          <span class="soft">{text.left(count(Math.max(0, limit - tokens - reserved), view))}</span>
          {reserved > 0 && <span class="soft small">{text.reserved(count(reserved, view))}</span>}
        </p>
        <meter
          min={0}
          max={limit}
          high={limit * 0.9}
          value={Math.min(tokens, limit)}
          aria-labelledby="today"
        />
      </section>
      {limits !== null && <Limits view={view} limits={limits} />}
      {usage.data.length === 0 ? (
        <p class="empty section">{text.empty}</p>
      ) : (
        <>
          <div class="section">
            <UsageCharts view={view} rows={usage.data} now={now} />
          </div>
          <section class="section">
            <UsageRows view={view} rows={usage.data} />
          </section>
        </>
      )}
    </Page>
  )
}

function UsageRows({ view, rows }: { view: View; rows: UsageRow[] }) {
  const text = view.t.account.usage
  const columns: Column<UsageGroup<UsageRow>>[] = [
    { title: text.day, as: 'name', of: ({ first }) => <span class="nowrap">{first.day}</span> },
    { title: text.model, of: ({ first }) => first.model },
    ...usageColumns<UsageRow>(view),
  ]
  const newestFirst = grouped(rows, ({ day, model }) => `${day}\n${model}`).reverse()
  return <DataTable label={text.title} columns={columns} rows={newestFirst} cards={false} />
}
