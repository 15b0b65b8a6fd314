import type { View } from '../view.ts'

interface Item {
  href: string
  label: string
}

/** Navigation links for the roles that are signed in. */
export function Navigation({ view }: { view: View }) {
  return (
    <nav aria-label={view.t.common.mainNavigation}>
      <ul class="nav">
        {itemsFor(view).map(({ href, label }) => (
          <li>
            <a href={href} aria-current={isCurrent(view.path, href) ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function itemsFor({ t, sessions, path }: View): Item[] {
  const { nav } = t.common
  if (sessions.operator !== null && (path.startsWith('/operator') || sessions.tenant === null)) {
    return [
      { href: '/operator', label: nav.overview },
      { href: '/operator/applications', label: nav.applications },
      { href: '/operator/tenants', label: nav.tenants },
      { href: '/operator/nodes', label: nav.nodes },
      { href: '/operator/usage', label: nav.operatorUsage },
      { href: '/operator/audit', label: nav.audit },
      ...(sessions.tenant === null ? [] : [{ href: '/judge', label: nav.judge }]),
    ]
  }
  if (sessions.tenant !== null) {
    return [
      { href: '/judge', label: nav.judge },
      { href: '/judgments', label: nav.judgments },
      { href: '/evaluations', label: nav.evaluations },
      { href: '/leaderboard', label: nav.leaderboard },
      { href: '/audits', label: nav.audits },
      { href: '/usage', label: nav.usage },
      { href: '/keys', label: nav.keys },
      { href: '/docs', label: nav.docs },
      ...(sessions.operator === null ? [] : [{ href: '/operator', label: nav.overview }]),
    ]
  }
  return [
    { href: '/', label: nav.start },
    { href: '/apply', label: nav.apply },
    { href: '/status', label: nav.status },
    { href: '/docs', label: nav.docs },
  ]
}

const isCurrent = (path: string, href: string) =>
  path === href || (href !== '/' && href !== '/operator' && path.startsWith(`${href}/`))
