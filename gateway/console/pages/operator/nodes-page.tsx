import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { NodeReportView, NodeView } from '../../../../schema/api/nodes.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { CsrfField } from '../../components/csrf-field.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import { Said } from '../../components/said.tsx'
import { clockTime, count, when } from '../../format.ts'
import type { View } from '../../view.ts'
import { problemsByControl, type Typed } from '../apply/application-form.ts'

interface NodesPageProps {
  view: View
  nodes: NodeView[]
  typed: Typed
  problem?: ProblemBody
}

/** The machines behind the gateway. */
export function NodesPage({ view, nodes, typed, problem }: NodesPageProps) {
  const { t } = view
  const text = t.operator.nodes
  return (
    <Page view={view} title={text.title}>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {nodes.length === 0 && <p class="empty">{text.empty}</p>}
      <div class="columns">
        {nodes.map((node) => (
          <NodeCard view={view} node={node} />
        ))}
      </div>
      <section class="section">
        <Register view={view} typed={typed} problems={problemsByControl(problem?.errors)} />
      </section>
    </Page>
  )
}

function NodeCard({ view, node }: { view: View; node: NodeView }) {
  const { t, sessions } = view
  const text = t.operator.nodes
  const { health } = node
  const action = (step: string) => `/operator/nodes/${encodeURIComponent(node.id)}/${step}`
  return (
    <article class="card">
      <h2>{node.id}</h2>
      <p class="row">
        <NodeState view={view} node={node} />
        {node.draining && <span class="tag wait">{text.draining}</span>}
        {node.configured && <span class="tag">{text.configured}</span>}
      </p>
      {health?.reason && (
        <p class="small">
          <Said t={t} text={health.reason} />
        </p>
      )}
      <dl class="facts small">
        <dt>{text.url}</dt>
        <dd>
          <code>{node.url}</code>
        </dd>
        <dt>{text.models}</dt>
        <dd>
          {(health?.models ?? node.models)?.join(', ') || (health === null ? text.unknown : t.common.none)}
        </dd>
        {health !== null && (
          <>
            <dt>{text.load}</dt>
            <dd>{count(health.load, view)}</dd>
            <dt>{text.latency}</dt>
            <dd>{count(health.latency_ms, view)} ms</dd>
            <dt>{text.checked}</dt>
            <dd>{when(health.checked_at, view)}</dd>
            <dt>{text.since}</dt>
            <dd>{when(health.since, view)}</dd>
          </>
        )}
        {node.rest !== null && (
          <>
            <dt>{text.failingSince}</dt>
            <dd>{when(node.rest.since, view)}</dd>
          </>
        )}
        {health !== null && <Report view={view} report={health.report} />}
        <dt>{text.weight}</dt>
        <dd>{node.weight}</dd>
        <dt>{text.adapter}</dt>
        <dd>{node.adapter}</dd>
        <dt>{text.region}</dt>
        <dd>{node.region ?? t.common.none}</dd>
      </dl>
      {!node.configured && (
        <div class="row">
          <ActionButton
            session={sessions.operator}
            action={action('drain')}
            label={node.draining ? text.undrain : text.drain}
            values={{ draining: node.draining ? 'false' : 'true' }}
          />
          <ActionButton session={sessions.operator} action={action('delete')} label={text.remove} danger />
        </div>
      )}
    </article>
  )
}

/** What the clock found, and beside it what calls found: a node that answers the clock may still fail every call. */
function NodeState({ view, node: { health, rest } }: { view: View; node: NodeView }) {
  const text = view.t.operator.nodes
  const found = health?.state ?? 'unknown'
  const tone = { up: rest === null ? 'tag good' : 'tag', down: 'tag bad', unknown: 'tag' }[found]
  return (
    <>
      <span class={tone}>{text[found]}</span>
      {rest !== null && (
        <span class="tag wait">
          {Date.parse(rest.until) > Date.now() ? text.resting(clockTime(rest.until, view)) : text.onTrial}
        </span>
      )}
    </>
  )
}

/** What the node said of itself when it last answered. */
function Report({ view, report }: { view: View; report: NodeReportView | null }) {
  const { t } = view
  const text = t.operator.nodes
  if (report === null) return null
  const { running, waiting, slots, engine_restarts: restarts } = report
  const known = (value: string | null) => value ?? t.judge.card.unknown
  return (
    <>
      {report.status !== null && (
        <>
          <dt>{text.says}</dt>
          <dd>{text.reports[report.status]}</dd>
        </>
      )}
      {running !== null && (
        <>
          <dt>{text.slots}</dt>
          <dd>{text.slotsText(`${running} / ${slots ?? '–'}`, `${waiting ?? 0}`)}</dd>
        </>
      )}
      {restarts !== null && (
        <>
          <dt>{text.restarts}</dt>
          <dd>{count(restarts, view)}</dd>
        </>
      )}
      {report.models.map((model) => (
        <>
          <dt>{model.id}</dt>
          <dd>
            {text.revision} <Code text={model.revision} unknown={t.judge.card.unknown} />
            <br />
            {text.weights}{' '}
            <Code text={model.weights_digest?.slice(0, 16) ?? null} unknown={t.judge.card.unknown} />
            <br />
            {known(model.precision)} · {known(model.provider)}
            <br />
            {text.certificate}{' '}
            <span class={model.certificate?.state === 'passed' ? 'tag good' : 'tag wait'}>
              {model.certificate === null ? t.judge.card.unknown : text.certificates[model.certificate.state]}
            </span>{' '}
            {model.certificate?.issued_at && when(model.certificate.issued_at, view)}
          </dd>
        </>
      ))}
    </>
  )
}

const Code = ({ text, unknown }: { text: string | null; unknown: string }) =>
  text === null ? <span class="soft">{unknown}</span> : <code>{text}</code>

function Register({ view, typed, problems }: { view: View; typed: Typed; problems: Typed }) {
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
            value={type === 'password' ? undefined : typed[name]}
            {...described(name, hint, problems[name])}
          />
        </Field>
      ))}
      <Field t={t} name="adapter" label={text.adapter}>
        <select {...described('adapter', undefined, undefined)}>
          {['auto', 'keval', 'openai'].map((adapter) => (
            <option value={adapter} selected={typed.adapter === adapter}>
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
