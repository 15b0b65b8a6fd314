import type { z } from 'zod'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { createdKey, key } from '../../../../schema/api/keys.ts'
import { scopes } from '../../../../schema/api/scopes.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { FreshKeyNotice } from '../../components/fresh-key.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import { count } from '../../format.ts'
import type { FreshKey } from '../../sessions/fresh-key.ts'
import type { View } from '../../view.ts'
import { KeyLimitFields, keyLimits, limitNames } from './key-limit-fields.tsx'

export type Key = z.infer<typeof key>
export type CreatedKey = z.infer<typeof createdKey>

interface KeysPageProps {
  view: View
  keys: Key[]
  /** A key that was just made or rotated: on this one page only. */
  fresh: FreshKey | null
  problem?: ProblemBody
}

const tones = { active: 'tag good', expiring: 'tag wait', expired: 'tag', revoked: 'tag bad' }

/** The tenant's keys: make, rotate, revoke. */
export function KeysPage({ view, keys, fresh, problem }: KeysPageProps) {
  const { t } = view
  const text = t.account.keys
  return (
    <Page view={view} title={text.title} scripts={['copy.js']}>
      <PageHead title={text.title} lead={text.lead} />
      <p>
        <a href="/webhooks">{t.webhooks.title}</a>
      </p>
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {fresh !== null && <FreshKeyNotice view={view} fresh={fresh} />}
      <DataTable label={text.title} columns={getColumns(view)} rows={keys} />
      <p class="soft small">
        {text.rotate}: {text.rotateHint} {text.revoke}: {text.revokeHint}
      </p>
      <section class="section">
        <NewKey view={view} />
      </section>
    </Page>
  )
}

function getColumns(view: View): Column<Key>[] {
  const text = view.t.account.keys
  const moment = (at: string | null) => (at ? <Timestamp at={at} view={view} /> : text.never)
  return [
    { title: text.name, as: 'name', of: (key) => <Name view={view} of={key} /> },
    {
      title: text.status,
      of: ({ status }) => <span class={tones[status]}>{text.statuses[status]}</span>,
    },
    {
      title: text.scopes,
      as: 'small',
      of: ({ scopes }) => scopes.map((scope) => text.scopeNames[scope]).join(', '),
    },
    { title: text.limits, as: 'small', of: (key) => limitsText(view, key) },
    { title: text.lastUsed, as: 'moment', of: ({ last_used_at }) => moment(last_used_at) },
    { title: text.expires, as: 'moment', of: ({ expires_at }) => moment(expires_at) },
    { title: text.actions, of: (key) => <Actions view={view} of={key} /> },
  ]
}

function Name({ view, of: { name, start } }: { view: View; of: Key }) {
  return (
    <>
      {name}
      <br />
      <code>{start}…</code>
      {start === view.sessions.tenant?.label && (
        <span class="soft small"> {view.t.account.keys.current}</span>
      )}
    </>
  )
}

function Actions({ view, of: { id, status } }: { view: View; of: Key }) {
  if (status !== 'active' && status !== 'expiring') return null
  const text = view.t.account.keys
  const page = `/keys/${encodeURIComponent(id)}`
  return (
    <div class="row">
      <a class="button compact" href={page}>
        {text.edit}
      </a>
      <a class="button compact" href={`${page}/rotate`}>
        {text.rotate}
      </a>
      <a class="button compact danger" href={`${page}/revoke`}>
        {text.revoke}
      </a>
    </div>
  )
}

function limitsText(view: View, { limits }: Key): string {
  const given = keyLimits.flatMap((name) => {
    const limit = limits?.[name]
    return limit === undefined ? [] : [`${limitNames(view)[name]} ${count(limit, view)}`]
  })
  return given.join(', ') || view.t.account.keys.noLimits
}

function NewKey({ view }: { view: View }) {
  const { t, sessions } = view
  const text = t.account.keys
  return (
    <form class="card narrow" method="post" action="/keys">
      {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
      <h2>{text.create}</h2>
      <Field t={t} name="name" label={text.name} hint={text.nameHint} required>
        <input type="text" required maxlength={100} {...described('name', text.nameHint, undefined)} />
      </Field>
      <fieldset>
        <legend>{text.scopes}</legend>
        {scopes.map((scope) => (
          <div class="choice">
            <input
              type="checkbox"
              id={`scope-${scope}`}
              name="scopes"
              value={scope}
              checked={scope !== 'manage'}
            />
            <label for={`scope-${scope}`}>{text.scopeNames[scope]}</label>
          </div>
        ))}
      </fieldset>
      <KeyLimitFields view={view} />
      <Field t={t} name="expires" label={text.expiryDate} required={false}>
        <input type="date" {...described('expires', undefined, undefined)} />
      </Field>
      <button class="button primary" type="submit">
        {text.createButton}
      </button>
    </form>
  )
}
