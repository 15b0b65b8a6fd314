import { z } from 'zod'
import { CertificateState, NodeHealth } from '../../../schema/api/chat.ts'
import type { NodeReportView } from '../../../schema/api/nodes.ts'
import { parseJson, readBounded } from '../client/bounded-body.ts'
import { nodeHeaders } from '../client/node-headers.ts'
import { printable } from '../client/printable.ts'
import type { NodeRecord } from '../node.ts'

/** What a node says of itself when asked. */
export interface NodeReport {
  models: ReportedModel[]
  /** Requests running and waiting, where the node says so. */
  load: number
  latencyMs: number
}

export interface ReportedModel {
  id: string
  weightsDigest: string | null
  precision: string | null
  provider: string | null
  contextLength: number | null
  notice: string | null
  /** Whether the node understands the `keval` extensions of the chat API. */
  extensions: boolean
}

/** What it says for the operator's eyes; nothing is decided by it. */
export type NodeSaid = Omit<NodeReportView, 'seen_at'>

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
          })
          .nullish(),
      }),
    )
    .max(200),
})
type ListedModels = z.output<typeof modelList>['data']

const amount = z.int().min(0).nullable().catch(null)
const healthReport = z.object({
  status: NodeHealth.shape.status.nullable().catch(null),
  running: amount,
  waiting: amount,
  slots: amount,
  queue_limit: amount,
  engine_restarts: amount,
})
const nothingSaid: z.output<typeof healthReport> = {
  status: null,
  running: null,
  waiting: null,
  slots: null,
  queue_limit: null,
  engine_restarts: null,
}

const answerMs = 3_000
const answerBytes = 1_000_000

/**
 * Asks a node what it serves and how busy it is. An unusable answer is a reason in one line; `said` is there
 * whenever the node said something, ready or not.
 */
export async function probe(
  node: NodeRecord,
): Promise<{ report: NodeReport; said: NodeSaid } | { reason: string; said: NodeSaid | null }> {
  const started = Date.now()
  const listed = await ask(node, '/v1/models')
  if ('reason' in listed) return { reason: listed.reason, said: null }
  const parsed = modelList.safeParse(listed.body)
  if (!parsed.success) return { reason: 'GET /v1/models did not answer a list of models', said: null }
  const { data } = parsed.data
  // a node counts once for a model, however often it lists it
  const once = data.filter(
    ({ id }, at) => id === printable(id) && at === data.findIndex((one) => one.id === id),
  )
  const wanted = once.filter(({ id }) => node.models === null || node.models.includes(id))
  const models = wanted.map((model) => reportedModel(node, model))
  const latencyMs = Date.now() - started
  // a node that has not loaded its model yet lists none, and still says how it is
  const tellsMore = models.some(({ extensions }) => extensions) || (models.length === 0 && isKeval(node))
  const said = saidOf(wanted, nothingSaid)
  if (!tellsMore) return { report: { models, load: 0, latencyMs }, said }

  const health = await ask(node, '/health')
  const status = healthReport.safeParse(health.body).data ?? nothingSaid
  if ('reason' in health) return { reason: health.reason, said: saidOf(wanted, status) }
  const load = (status.running ?? 0) + (status.waiting ?? 0)
  return { report: { models, load, latencyMs }, said: saidOf(wanted, status) }
}

const isKeval = ({ adapter }: NodeRecord) => adapter === 'keval'

/** Whether a node is there at all, whatever it answers. */
export const isThere = async (node: NodeRecord) => (await ask(node, '/v1/models')).answered

function reportedModel(node: NodeRecord, model: ListedModels[number]): ReportedModel {
  return {
    id: model.id,
    weightsDigest: model.keval?.weights_digest ?? null,
    precision: model.keval?.precision ?? null,
    provider: model.keval?.provider ?? null,
    contextLength: model.keval?.context_length ?? model.max_model_len ?? null,
    notice: model.keval?.notice ?? null,
    extensions: isKeval(node) || (node.adapter === 'auto' && model.keval != null),
  }
}

function saidOf(listed: ListedModels, status: typeof nothingSaid): NodeSaid {
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
  return { ...status, models }
}

async function ask(
  node: NodeRecord,
  path: string,
): Promise<{ answered: boolean; body: unknown } | { answered: boolean; reason: string; body: unknown }> {
  let answered = false
  try {
    const response = await fetch(node.url + path, {
      headers: nodeHeaders(node),
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMs),
    })
    answered = true
    const text = await readBounded(response, answerBytes)
    if (text === null) return { answered, reason: `GET ${path} answered more than it may`, body: null }
    const body = parseJson(text)
    if (response.ok) return { answered, body }
    const said = z.object({ reason: z.string().max(200) }).safeParse(body)
    const why = said.success ? `: ${printable(said.data.reason)}` : ''
    return { answered, reason: `GET ${path} answered ${response.status}${why}`, body }
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError'
    const reason = late ? `GET ${path} took over ${answerMs / 1000} s` : `GET ${path} found nobody`
    return { answered, reason, body: null }
  }
}
