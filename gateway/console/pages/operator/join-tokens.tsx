import type { JoinTokenCreated, JoinTokenView } from '../../../../schema/api/node-join.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { CopyButton } from '../../components/copied.tsx'
import { CsrfField } from '../../components/csrf-field.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { described, Field } from '../../components/field.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'

/** A token that was just made, and the address of the gateway it is for. */
export type FreshJoinToken = JoinTokenCreated & { origin: string }

interface JoinTokensProps {
  view: View
  tokens: JoinTokenView[]
  /** A token that was just made: its page alone shows it. */
  fresh: FreshJoinToken | undefined
}

/** The tokens with which nodes register themselves. */
export function JoinTokens({ view, tokens, fresh }: JoinTokensProps) {
  const { t, sessions } = view
  const text = t.operator.nodes.tokens
  const action = (id: string) => `/operator/node-join-tokens/${encodeURIComponent(id)}/revoke`
  const current = tokens.filter(
    ({ uses, max_uses, expires_at }) => uses < max_uses && Date.parse(expires_at) > Date.now(),
  )
  return (
    <section class="section" id="join-tokens">
      <h2>{text.title}</h2>
      <p>{text.lead}</p>
      {fresh !== undefined && (
        <div class="notice careful">
          <h3>{text.fresh}</h3>
          <p>{text.once}</p>
          <p class="key">
            <code id="join-command">
              KEVAL_JOIN_TOKEN={fresh.token} npx keval-node serve --gateway {fresh.origin}
            </code>
          </p>
          <CopyButton t={t} of="join-command" />
          <p>{text.outbound}</p>
          <p class="key">
            <code id="outbound-command">
              KEVAL_JOIN_TOKEN={fresh.token} npx keval-node serve --gateway {fresh.origin} --connect outbound
            </code>
          </p>
          <CopyButton t={t} of="outbound-command" />
        </div>
      )}
      {current.length > 0 && (
        <DataTable
          label={text.title}
          rows={current}
          columns={[
            { title: text.note, as: 'name', of: ({ note, id }) => note ?? id },
            { title: text.uses, as: 'number', of: ({ uses, max_uses }) => `${uses} / ${max_uses}` },
            {
              title: text.expires,
              as: 'moment',
              of: ({ expires_at }) => <Timestamp at={expires_at} view={view} />,
            },
            {
              title: text.revoke,
              of: ({ id }) => (
                <ActionButton session={sessions.operator} action={action(id)} label={text.revoke} danger />
              ),
            },
          ]}
        />
      )}
      <form class="card narrow" method="post" action="/operator/node-join-tokens" id="create-token">
        {sessions.operator !== null && <CsrfField session={sessions.operator} />}
        <Field t={t} name="note" label={text.note} required={false}>
          <input
            type="text"
            maxlength={200}
            autocomplete="off"
            {...described('note', undefined, undefined)}
          />
        </Field>
        <Field t={t} name="max_uses" label={text.maxUses} required>
          <input
            type="number"
            min={1}
            max={100}
            value="1"
            required
            {...described('max_uses', undefined, undefined)}
          />
        </Field>
        <Field t={t} name="hours" label={text.hours} required>
          <input
            type="number"
            min={1}
            max={168}
            value="1"
            required
            {...described('hours', undefined, undefined)}
          />
        </Field>
        <button class="button primary" type="submit">
          {text.create}
        </button>
      </form>
    </section>
  )
}
