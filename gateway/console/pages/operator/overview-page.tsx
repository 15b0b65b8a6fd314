import type { Child } from 'hono/jsx'
import type { NodeView } from '../../../../schema/api/nodes.ts'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { StatusTag } from '../../components/status-tag.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import { count, duration } from '../../format.ts'
import type { View } from '../../view.ts'
import type { ChainState } from './audit-log-page.tsx'
import { NodeState } from './node-card.tsx'
import type { ApplicationSummary, Rollup, Tenant } from './operator-api.ts'
import { isUnhealthy } from './unhealthy-nodes.ts'

/** Data of the overview; a part is null if it could not be read. */
export interface Overview {
  waiting: { data: ApplicationSummary[]; has_more: boolean } | null
  /** Applications whose last mail did not go out. */
  undelivered: ApplicationSummary[] | null
  nodes: NodeView[] | null
  /** Tenants whose time is over within two weeks. */
  expiring: Tenant[] | null
  /** Usage of today. */
  today: Rollup[] | null
  chain: ChainState | null
}

/** The operator overview: pending work and problems. */
export function OverviewPage({ view, overview }: { view: View; overview: Overview }) {
  const { t } = view
  const text = t.operator.overview
  const { waiting, undelivered, nodes, expiring, today, chain } = overview
  const troubled = nodes?.filter(isUnhealthy) ?? null
  const sum = (name: 'requests' | 'failed') => today?.reduce((total, row) => total + row[name], 0) ?? 0
  return (
    <Page view={view} title={text.title}>
      <PageHead title={text.title} lead={text.lead} />
      {chain !== null && !chain.intact && (
        <p class="notice wrong" role="alert">
          <a href="/operator/audit">{t.operator.audit.broken(chain.broken_at ?? 0)}</a>
        </p>
      )}
      <div class="columns">
        <Waiting
          title={text.applications}
          href="/operator/applications"
          items={waiting?.data ?? null}
          more={waiting?.has_more ?? false}
          view={view}
          line={(application) => (
            <>
              <a href={`/operator/applications/${encodeURIComponent(application.id)}`}>{application.id}</a>{' '}
              <StatusTag t={t} status={application.status} />{' '}
              <span class="soft small">{duration(application.waiting_seconds, t)}</span>
            </>
          )}
        />
        <Waiting
          title={text.nodes}
          href="/operator/nodes"
          items={troubled}
          view={view}
          line={(node) => (
            <>
              {node.id} <NodeState view={view} node={node} />
              {node.health?.reason && <div class="soft small">{node.health.reason.message}</div>}
            </>
          )}
        />
        <Waiting
          title={text.mails}
          href="/operator/applications?status=all"
          items={undelivered}
          view={view}
          line={(application) => (
            <>
              <a href={`/operator/applications/${encodeURIComponent(application.id)}`}>{application.id}</a>{' '}
              <span class="tag bad">
                {application.mail !== null && t.operator.mailStatuses[application.mail]}
              </span>
            </>
          )}
        />
        <Waiting
          title={text.expiring}
          href="/operator/tenants"
          items={expiring}
          view={view}
          line={(tenant) => (
            <>
              <a href={`/operator/tenants/${encodeURIComponent(tenant.id)}`}>{tenant.id}</a>{' '}
              {tenant.expires_at !== null && (
                <span class="soft small">
                  <Timestamp at={tenant.expires_at} view={view} />
                </span>
              )}
            </>
          )}
        />
      </div>
      {today !== null && (
        <p class="section soft">
          <a href="/operator/usage">{text.today}</a>: {text.requests(count(sum('requests'), view))} ·{' '}
          {text.failed(count(sum('failed'), view))}
        </p>
      )}
    </Page>
  )
}

interface WaitingProps<Item> {
  view: View
  title: string
  href: string
  items: Item[] | null
  more?: boolean
  line: (item: Item) => Child
}

const shown = 8

/** One kind of work: the first of it, and the way to all of it. */
function Waiting<Item>({ view, title, href, items, more = false, line }: WaitingProps<Item>) {
  const text = view.t.operator.overview
  const hidden = Math.max(0, (items?.length ?? 0) - shown)
  return (
    <section class="card">
      <h2>
        <a href={href}>{title}</a>{' '}
        {items !== null && (
          <span class={items.length > 0 ? 'tag wait' : 'tag good'}>
            {count(items.length, view)}
            {more && '+'}
          </span>
        )}
      </h2>
      {items === null && <p class="soft">{text.unknown}</p>}
      {items?.length === 0 && <p class="soft">{text.nothing}</p>}
      {items !== null && items.length > 0 && (
        <ul>
          {items.slice(0, shown).map((item) => (
            <li>{line(item)}</li>
          ))}
        </ul>
      )}
      {hidden > 0 && <a href={href}>{text.more(count(hidden, view))}</a>}
    </section>
  )
}
