import { z } from 'zod'
import { CertificateState, NodeHealth } from '../../../schema/api/node-status.ts'
import type { NodeReportView } from '../../../schema/api/nodes.ts'
import { type Message, message } from '../../../schema/messages/message.ts'
import type { NodeRecord } from '../node.ts'
import type { ReportedModel } from '../served-model.ts'
import { parseJson, readBounded } from './bounded-body.ts'
import { nodeHeaders } from './node-headers.ts'
import type { NodeTransport } from './node-transport.ts'
import { printable } from './printable.ts'

/** A node's own report when it is asked. */
export interface NodeReport {
  models: ReportedModel[]
  /** Requests running and waiting, if the node reports them. */
  load: number
  latencyMs: number
}

/** A node's status as it reports it, for the operator; no decision depends on it. */
export type NodeStatus = Omit<NodeReportView, 'seen_at'>

const text = (limit: number) => z.string().transform((sent) => printable(sent.slice(0, limit)))
const optionalText = z.string().max(500).transform(printable).nullish()
const modelList = z.object({
  data: z
    .array(
      z.object({
        id: z.string().min(1).max(256),
        max_model_len: z.number().nullish(),
        keval: z
          .object({
            revision: optionalText,
            weights_digest: optionalText,
            precision: optionalText,
            provider: optionalText,
            context_length: z.number().nullish(),
            certificate: CertificateState.nullish().catch(null),
            notice: optionalText,
            embedded: z.boolean().nullish().catch(null),
          })
          .nullish(),
      }),
    )
    .max(200),
})
type ListedModels = z.output<typeof modelList>['data']

const amount = z.int().min(0).nullable().catch(null)
const maxProblems = 16
const maxEngines = 64
/** A field that a node leaves out or sends otherwise is unknown; the rest of its report counts all the same. */
const fact = (limit: number) => text(limit).nullable().catch(null)
const device = z.object({
  name: text(100),
  compute_capability: fact(20),
  driver_version: fact(50),
  memory_total_bytes: amount,
  memory_free_bytes: amount,
})
const engine = z.object({
  status: z.enum(['starting', 'ready', 'failing', 'stopped']).nullable().catch(null),
  device: fact(100),
  running: amount,
  slots: amount,
  restarts: amount,
})
const problem = z.object({ code: z.string().regex(/^[a-z_]{1,64}$/), message: text(500), remedy: text(500) })
/** The entries of a list that can be read, up to a limit. */
const readable = <T extends z.ZodType>(item: T, limit: number) =>
  z
    .array(z.unknown())
    .transform((sent) => sent.slice(0, limit).flatMap((one) => item.safeParse(one).data ?? []))
    .catch([])
const healthReport = z.object({
  status: NodeHealth.shape.status.nullable().catch(null),
  running: amount,
  waiting: amount,
  slots: amount,
  queue_limit: amount,
  totals: z
    .object({
      answers: z.int().min(0),
      prompt_tokens: z.int().min(0),
      generated_tokens: z.int().min(0),
    })
    .nullable()
    .catch(null),
  engine_restarts: amount,
  device: device.nullable().catch(null),
  degraded: readable(problem, maxProblems),
  engines: readable(engine, maxEngines),
})
const unknownHealth: z.output<typeof healthReport> = {
  status: null,
  running: null,
  waiting: null,
  slots: null,
  queue_limit: null,
  totals: null,
  engine_restarts: null,
  device: null,
  degraded: [],
  engines: [],
}

const answerMs = 3_000
const answerBytes = 1_000_000

/**
 * Asks a node what it serves and how busy it is. An unusable answer gives a reason; `status` is
 * present whenever the node reports one, ready or not.
 */
export async function probe(
  transport: NodeTransport,
  node: NodeRecord,
): Promise<{ report: NodeReport; status: NodeStatus } | { reason: Message; status: NodeStatus | null }> {
  const started = Date.now()
  const listed = await ask(transport, node, '/v1/models')
  if ('reason' in listed) return { reason: listed.reason, status: null }
  const parsed = modelList.safeParse(listed.body)
  if (!parsed.success) return { reason: message('probe_not_models', { path: '/v1/models' }), status: null }
  const { data } = parsed.data
  // a node counts once for a model, however often it lists it
  const once = data.filter(
    ({ id }, at) => id === printable(id) && at === data.findIndex((one) => one.id === id),
  )
  const wanted = once.filter(({ id }) => node.models === null || node.models.includes(id))
  const models = wanted.map((model) => toReportedModel(node, model))
  const latencyMs = Date.now() - started
  // a keval-node that has not loaded its model yet lists none, and reports its health all the same
  const hasHealth = models.some(({ extensions }) => extensions) || (models.length === 0 && isKeval(node))
  if (!hasHealth) {
    return { report: { models, load: 0, latencyMs }, status: toNodeStatus(wanted, unknownHealth) }
  }
  const answer = await ask(transport, node, '/health')
  const health = healthReport.safeParse(answer.body).data ?? unknownHealth
  const status = toNodeStatus(wanted, health)
  if ('reason' in answer) return { reason: answer.reason, status }
  const load = (health.running ?? 0) + (health.waiting ?? 0)
  return { report: { models, load, latencyMs }, status }
}

const isKeval = ({ adapter }: NodeRecord) => adapter === 'keval'

/** Returns whether a node answers HTTP at all, with whatever status. */
export const isReachable = async (transport: NodeTransport, node: NodeRecord) =>
  (await ask(transport, node, '/v1/models')).reachable

function toReportedModel(node: NodeRecord, model: ListedModels[number]): ReportedModel {
  return {
    id: model.id,
    weightsDigest: model.keval?.weights_digest ?? null,
    precision: model.keval?.precision ?? null,
    provider: model.keval?.provider ?? null,
    contextLength: model.keval?.context_length ?? model.max_model_len ?? null,
    notice: model.keval?.notice ?? null,
    isDemo: model.keval?.embedded === true,
    extensions: isKeval(node) || (node.adapter === 'auto' && model.keval != null),
  }
}

function toNodeStatus(listed: ListedModels, health: typeof unknownHealth): NodeStatus {
  const models = listed.map(({ id, max_model_len, keval }) => ({
    id,
    revision: keval?.revision ?? null,
    weights_digest: keval?.weights_digest ?? null,
    precision: keval?.precision ?? null,
    provider: keval?.provider ?? null,
    context_length: keval?.context_length ?? max_model_len ?? null,
    certificate: keval?.certificate ?? null,
    notice: keval?.notice ?? null,
  }))
  return { ...health, models }
}

async function ask(
  transport: NodeTransport,
  node: NodeRecord,
  path: string,
): Promise<{ reachable: boolean; body: unknown } | { reachable: boolean; reason: Message; body: unknown }> {
  let reachable = false
  try {
    const response = await transport(node, {
      method: 'GET',
      path,
      headers: nodeHeaders(node),
      signal: AbortSignal.timeout(answerMs),
    })
    reachable = true
    const text = await readBounded(response, answerBytes)
    if (text === null) return { reachable, reason: message('probe_unreadable', { path }), body: null }
    const body = parseJson(text)
    if (response.ok) return { reachable, body }
    const explained = z.object({ reason: z.string().max(200) }).safeParse(body)
    const { status } = response
    const reason = explained.success
      ? message('probe_status_reason', { path, status, problem: printable(explained.data.reason) })
      : message('probe_status', { path, status })
    return { reachable, reason, body }
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError'
    const reason = late
      ? message('probe_timeout', { path, seconds: answerMs / 1000 })
      : message('probe_unreachable', { path })
    return { reachable, reason, body: null }
  }
}
