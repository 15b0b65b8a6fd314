import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { maxWebhooks, type Webhook } from '../../../../schema/api/webhooks.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { FreshKeyNotice } from '../../components/fresh-key.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { FreshKey } from '../../sessions/fresh-key.ts'
import type { View } from '../../view.ts'
import { EventFields } from './event-fields.tsx'
import { WebhookStatus } from './webhook-status.tsx'

interface WebhooksPageProps {
  view: View
  webhooks: Webhook[]
  /** The secret of a webhook that was just added: on this one page only. */
  fresh: FreshKey | null
  /** The address of a form that was refused. */
  url?: string
  problem?: ProblemBody
}

/** The tenant's webhooks: add one, see which there are. */
export function WebhooksPage({ view, webhooks, fresh, url = '', problem }: WebhooksPageProps) {
  const { t, sessions } = view
  const text = t.webhooks
  return (
    <Page view={view} title={text.title} scripts={['copy.js']}>
      <p>
        <a href="/keys">← {t.account.keys.title}</a>
      </p>
      <PageHead title={text.title} lead={text.lead} />
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {fresh !== null && <FreshKeyNotice view={view} fresh={fresh} text={text.secret} />}
      {webhooks.length === 0 ? (
        <p class="empty">{text.none}</p>
      ) : (
        <DataTable label={text.title} columns={getColumns(view)} rows={webhooks} />
      )}
      <section class="section">
        {webhooks.length >= maxWebhooks ? (
          <p class="notice">{text.full(maxWebhooks)}</p>
        ) : (
          <form class="card narrow" method="post" action="/webhooks">
            {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
            <h2>{text.add}</h2>
            <Field t={t} name="url" label={text.url} hint={text.urlHint} required>
              <input
                type="url"
                required
                maxlength={2000}
                value={url}
                {...described('url', text.urlHint, undefined)}
              />
            </Field>
            <EventFields view={view} chosen={null} />
            <button class="button primary" type="submit">
              {text.addButton}
            </button>
          </form>
        )}
      </section>
    </Page>
  )
}

function getColumns(view: View): Column<Webhook>[] {
  const text = view.t.webhooks
  return [
    {
      title: text.url,
      as: 'name',
      of: ({ id, url }) => <a href={`/webhooks/${encodeURIComponent(id)}`}>{url}</a>,
    },
    { title: text.status, of: ({ disabled }) => <WebhookStatus view={view} disabled={disabled} /> },
    {
      title: text.events,
      as: 'small',
      of: ({ events }) => events.map((event) => text.eventNames[event]).join(', '),
    },
    { title: text.created, as: 'moment', of: ({ created_at: at }) => <Timestamp at={at} view={view} /> },
  ]
}
