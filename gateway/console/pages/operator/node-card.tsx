import type { NodeHour } from '../../../../schema/api/node-throughput.ts'
import type { NodeReportView, NodeView } from '../../../../schema/api/nodes.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import { clockTime, count } from '../../format.ts'
import type { View } from '../../view.ts'
import { NodeThroughput } from './node-throughput.tsx'

interface NodeCardProps {
  view: View
  node: NodeView
  /** Hours with work. */
  hours: readonly NodeHour[]
}

/** One node: its health, models and throughput, and the operator's actions. */
export function NodeCard({ view, node, hours }: NodeCardProps) {
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
        {node.lease?.leaving === true && <span class="tag wait">{text.leaving}</span>}
        {node.configured && <span class="tag">{text.configured}</span>}
      </p>
      {health?.reason && <p class="small">{health.reason.message}</p>}
      <dl class="facts small">
        <Connection view={view} node={node} />
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
            <dd>
              <Timestamp at={health.checked_at} view={view} />
            </dd>
            <dt>{text.since}</dt>
            <dd>
              <Timestamp at={health.since} view={view} />
            </dd>
          </>
        )}
        {node.breaker !== null && (
          <>
            <dt>{text.failingSince}</dt>
            <dd>
              <Timestamp at={node.breaker.since} view={view} />
            </dd>
          </>
        )}
        {health?.report?.totals != null && <NodeThroughput view={view} hours={hours} now={Date.now()} />}
        {health !== null && <Report view={view} report={health.report} />}
        {node.lease !== null && (
          <>
            <dt>{text.version}</dt>
            <dd>{node.lease.version ?? text.unknown}</dd>
            <dt>{text.leaseUntil}</dt>
            <dd>
              <Timestamp at={node.lease.expires_at} view={view} />
            </dd>
          </>
        )}
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

/** The address that the gateway calls, or the connection that the node opened. */
function Connection({ view, node: { url, connection } }: { view: View; node: NodeView }) {
  const text = view.t.operator.nodes
  if (url !== null)
    return (
      <>
        <dt>{text.url}</dt>
        <dd>
          <code>{url}</code>
        </dd>
      </>
    )
  return (
    <>
      <dt>{text.connection}</dt>
      <dd>
        {connection.since === null ? (
          <span class="tag bad">{text.notConnected}</span>
        ) : (
          <>
            {text.outbound} <Timestamp at={connection.since} view={view} />
          </>
        )}
      </dd>
    </>
  )
}

/** Results of the health checks and of the calls: a node that passes its checks may still fail every call. */
export function NodeState({ view, node: { health, breaker } }: { view: View; node: NodeView }) {
  const text = view.t.operator.nodes
  const found = health?.state ?? 'unknown'
  const tone = { up: breaker === null ? 'tag good' : 'tag', down: 'tag bad', unknown: 'tag' }[found]
  return (
    <>
      <span class={tone}>{text[found]}</span>
      {breaker !== null && (
        <span class="tag wait">
          {Date.parse(breaker.until) > Date.now()
            ? text.resting(clockTime(breaker.until, view))
            : text.onTrial}
        </span>
      )}
    </>
  )
}

/** The status that the node last reported. */
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
      {report.device !== null && (
        <>
          <dt>{text.device}</dt>
          <dd>
            {report.device.name}
            {report.device.memory_total_bytes !== null && (
              <>
                <br />
                {text.deviceMemory(
                  gigabytes(report.device.memory_free_bytes),
                  gigabytes(report.device.memory_total_bytes),
                )}
              </>
            )}
            {report.device.driver_version !== null && (
              <>
                <br />
                {text.driver(report.device.driver_version)}
              </>
            )}
          </dd>
        </>
      )}
      {report.engines.length > 1 && (
        <>
          <dt>{text.engines}</dt>
          <dd>
            <ol>
              {report.engines.map((engine) => (
                <li>
                  {engine.device !== null && `${engine.device} · `}
                  {engine.status === null ? t.judge.card.unknown : text.engineStates[engine.status]}
                  {' · '}
                  {text.slotsUsed(`${engine.running ?? '–'} / ${engine.slots ?? '–'}`)}
                  {engine.restarts !== null && engine.restarts > 0 && (
                    <>
                      {' · '}
                      {text.restarts} {count(engine.restarts, view)}
                    </>
                  )}
                </li>
              ))}
            </ol>
          </dd>
        </>
      )}
      {report.degraded.length > 0 && (
        <>
          <dt>{text.degraded}</dt>
          <dd>
            {report.degraded.map(({ code, message, remedy }) => (
              <p>
                <span class="tag wait">
                  {Object.hasOwn(text.problems, code) ? text.problems[code] : code}
                </span>
                <br />
                {message}
                <br />
                {text.remedy}: {remedy}
              </p>
            ))}
          </dd>
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
            {model.certificate?.issued_at && <Timestamp at={model.certificate.issued_at} view={view} />}
          </dd>
        </>
      ))}
    </>
  )
}

const gigabytes = (bytes: number | null) => (bytes === null ? '–' : `${(bytes / 1e9).toFixed(1)} GB`)

const Code = ({ text, unknown }: { text: string | null; unknown: string }) =>
  text === null ? <span class="soft">{unknown}</span> : <code>{text}</code>
