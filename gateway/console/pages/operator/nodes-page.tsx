import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { JoinTokenView } from '../../../../schema/api/node-join.ts'
import type { NodeHour } from '../../../../schema/api/node-throughput.ts'
import type { NodeView } from '../../../../schema/api/nodes.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import type { View } from '../../view.ts'
import { type FormValues, problemsByControl } from '../apply/application-form.ts'
import { type FreshJoinToken, JoinTokens } from './join-tokens.tsx'
import { NodeCard } from './node-card.tsx'

interface NodesPageProps {
  view: View
  nodes: NodeView[]
  /** Their throughput in the last hours. */
  hours: NodeHour[]
  tokens: JoinTokenView[]
  values: FormValues
  problem?: ProblemBody
  freshToken?: FreshJoinToken
}

/** The machines behind the gateway. */
export function NodesPage({ view, nodes, hours, tokens, values, problem, freshToken }: NodesPageProps) {
  const { t } = view
  const text = t.operator.nodes
  return (
    <Page view={view} title={text.title}>
      <PageHead title={text.title} lead={text.lead} />
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {nodes.length === 0 && <p class="empty">{text.empty}</p>}
      <div class="columns">
        {nodes.map((node) => (
          <NodeCard view={view} node={node} hours={hours.filter((hour) => hour.node === node.id)} />
        ))}
      </div>
      <section class="section">
        <Register view={view} values={values} problems={problemsByControl(problem?.errors)} />
      </section>
      <JoinTokens view={view} tokens={tokens} fresh={freshToken} />
    </Page>
  )
}

function Register({ view, values, problems }: { view: View; values: FormValues; problems: FormValues }) {
  const { t, sessions } = view
  const text = t.operator.nodes
  const fields = [
    { name: 'id', label: text.id, hint: text.idHint, type: 'text', required: true },
    { name: 'url', label: text.url, hint: text.urlHint, type: 'url', required: true },
    { name: 'secret', label: text.secret, hint: text.secretHint, type: 'password', required: false },
    { name: 'region', label: text.region, hint: undefined, type: 'text', required: false },
  ]
  return (
    <form class="card narrow" method="post" action="/operator/nodes" id="register">
      {sessions.operator !== null && <CsrfField session={sessions.operator} />}
      <h2>{text.register}</h2>
      {fields.map(({ name, label, hint, type, required }) => (
        <Field t={t} name={name} label={label} hint={hint} required={required} problem={problems[name]}>
          <input
            type={type}
            required={required}
            autocomplete={type === 'password' ? 'new-password' : 'off'}
            value={type === 'password' ? undefined : values[name]}
            {...described(name, hint, problems[name])}
          />
        </Field>
      ))}
      <Field t={t} name="adapter" label={text.adapter}>
        <select {...described('adapter', undefined, undefined)}>
          {['auto', 'keval', 'openai'].map((adapter) => (
            <option value={adapter} selected={values.adapter === adapter}>
              {adapter}
            </option>
          ))}
        </select>
      </Field>
      <button class="button primary" type="submit">
        {text.add}
      </button>
    </form>
  )
}
