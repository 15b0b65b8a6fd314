import { z } from 'zod'
import { parseJson, readBounded } from './bounded-body.ts'
import type { NodeRecord } from './node.ts'
import { nodeHeaders } from './node-headers.ts'

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

const optionalText = z.string().max(500).nullish()
const modelList = z.object({
  data: z
    .array(
      z.object({
        id: z.string().min(1).max(256),
        max_model_len: z.number().nullish(),
        keval: z
          .object({
            weights_digest: optionalText,
            precision: optionalText,
            provider: optionalText,
            context_length: z.number().nullish(),
            notice: optionalText,
          })
          .nullish(),
      }),
    )
    .max(200),
})
const loadReport = z.object({ running: z.number().nullish(), waiting: z.number().nullish() })

const answerMs = 3_000
const answerBytes = 1_000_000

/** Asks a node what it serves and how busy it is. An unusable answer is a reason in one line. */
export async function probe(node: NodeRecord): Promise<{ report: NodeReport } | { reason: string }> {
  const started = Date.now()
  const listed = await ask(node, '/v1/models')
  if ('reason' in listed) return listed
  const parsed = modelList.safeParse(listed.body)
  if (!parsed.success) return { reason: 'GET /v1/models did not answer a list of models' }
  const models = parsed.data.data
    .filter(({ id }) => node.models === null || node.models.includes(id))
    .map((model) => ({
      id: model.id,
      weightsDigest: model.keval?.weights_digest ?? null,
      precision: model.keval?.precision ?? null,
      provider: model.keval?.provider ?? null,
      contextLength: model.keval?.context_length ?? model.max_model_len ?? null,
      notice: model.keval?.notice ?? null,
      extensions: node.adapter === 'keval' || (node.adapter === 'auto' && model.keval != null),
    }))
  const latencyMs = Date.now() - started
  if (!models.some(({ extensions }) => extensions)) return { report: { models, load: 0, latencyMs } }

  const health = await ask(node, '/health')
  if ('reason' in health) return health
  const { running, waiting } = loadReport.safeParse(health.body).data ?? {}
  return { report: { models, load: (running ?? 0) + (waiting ?? 0), latencyMs } }
}

async function ask(node: NodeRecord, path: string): Promise<{ body: unknown } | { reason: string }> {
  try {
    const response = await fetch(node.url + path, {
      headers: nodeHeaders(node),
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMs),
    })
    const text = await readBounded(response, answerBytes)
    if (text === null) return { reason: `GET ${path} answered more than it may` }
    const body = parseJson(text)
    if (response.ok) return { body }
    const said = z.object({ reason: z.string().max(200) }).safeParse(body)
    return { reason: `GET ${path} answered ${response.status}${said.success ? `: ${said.data.reason}` : ''}` }
  } catch (error) {
    const late = error instanceof DOMException && error.name === 'TimeoutError'
    return { reason: late ? `GET ${path} took over ${answerMs / 1000} s` : `GET ${path} found nobody` }
  }
}
