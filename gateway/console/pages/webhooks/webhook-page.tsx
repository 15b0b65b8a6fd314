import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import {
  type Webhook,
  type WebhookDelivery,
  type WebhookEvent,
  webhookTestEvent,
} from '../../../../schema/api/webhooks.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { CsrfField } from '../../components/csrf-field.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { FreshKeyNotice } from '../../components/fresh-key.tsx'
import { Page } from '../../components/page.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { FreshKey } from '../../sessions/fresh-key.ts'
import type { View } from '../../view.ts'
import { EventFields } from './event-fields.tsx'
import { WebhookStatus } from './webhook-status.tsx'

interface WebhookPageProps {
  view: View
  webhook: Webhook
  /** Newest first. */
  deliveries: WebhookDelivery[]
  /** Its secret, where it was just replaced. */
  fresh: FreshKey | null
  problem?: ProblemBody
}

/** One webhook: its events, what was sent to it, a test, its secret, and its end. */
export function WebhookPage({ view, webhook, deliveries, fresh, problem }: WebhookPageProps) {
  const { t, sessions } = view
  const text = t.webhooks
  const path = `/webhooks/${encodeURIComponent(webhook.id)}`
  const { disabled, secret_overlaps_until: overlap } = webhook
  const button = (step: string, label: string) => (
    <ActionButton session={sessions.tenant} action={`${path}/${step}`} label={label} />
  )
  return (
    <Page view={view} title={text.title} scripts={['copy.js']}>
      <p>
        <a href="/webhooks">← {text.title}</a>
      </p>
      <div class="page-head">
        <h1>{webhook.url}</h1>
        <p>
          <WebhookStatus view={view} disabled={disabled} />{' '}
          {disabled !== null && <span class="soft">{text.offHints[disabled]}</span>}
        </p>
      </div>
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {fresh !== null && <FreshKeyNotice view={view} fresh={fresh} text={text.secret} />}
      <div class="row">
        {button('test', text.test)}
        {disabled === null ? button('off', text.turnOff) : button('on', text.turnOn)}
        <a class="button compact" href={`${path}/rotate`}>
          {text.rotate}
        </a>
        <a class="button compact danger" href={`${path}/delete`}>
          {text.remove}
        </a>
      </div>
      {overlap !== null && Date.parse(overlap) > Date.now() && (
        <p class="soft small">
          {text.overlap} <Timestamp at={overlap} view={view} />
        </p>
      )}
      <section class="section" aria-labelledby="deliveries">
        <h2 id="deliveries">{text.deliveries}</h2>
        {deliveries.length === 0 ? (
          <p class="empty">{text.noDeliveries}</p>
        ) : (
          <DataTable label={text.deliveries} columns={getColumns(view)} rows={deliveries} />
        )}
      </section>
      <section class="section">
        <form class="card narrow" method="post" action={path}>
          {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
          <EventFields view={view} chosen={webhook.events} />
          <button class="button" type="submit">
            {text.save}
          </button>
        </form>
      </section>
    </Page>
  )
}

const tones = { pending: 'tag wait', delivered: 'tag good', failed: 'tag bad' }

function getColumns(view: View): Column<WebhookDelivery>[] {
  const text = view.t.webhooks
  return [
    {
      title: text.event,
      as: 'name',
      of: ({ event, subject }) => (
        <>
          {text.eventNames[event as WebhookEvent] ?? text.testEvent}
          <Subject event={event} id={subject} />
        </>
      ),
    },
    { title: text.status, of: ({ status }) => <span class={tones[status]}>{text.statuses[status]}</span> },
    {
      title: text.answer,
      as: 'small',
      of: ({ http_status: status, failure }) =>
        [status, failure === null || failure === 'status' ? null : text.failures[failure]]
          .filter((one) => one !== null)
          .join(' · ') || '–',
    },
    { title: text.attempts, as: 'number', of: ({ attempts }) => attempts },
    { title: text.sent, as: 'moment', of: ({ created_at: at }) => <Timestamp at={at} view={view} /> },
    {
      title: text.next,
      as: 'moment',
      of: ({ next_attempt_at: at }) => (at === null ? '–' : <Timestamp at={at} view={view} />),
    },
  ]
}

/** Links to the evaluation or audit that ended; empty for a test message. */
function Subject({ event, id }: { event: string; id: string }) {
  if (event === webhookTestEvent) return null
  const collection = event.startsWith('audit.') ? 'audits' : 'evaluations'
  return (
    <>
      <br />
      <a href={`/${collection}/${encodeURIComponent(id)}`}>
        <code class="small">{id}</code>
      </a>
    </>
  )
}
