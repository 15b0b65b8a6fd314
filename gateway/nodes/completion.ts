import { z } from 'zod'
import type { Failure } from '../../schema/api/errors.ts'
import { ratingProbabilitiesSchema } from '../../schema/api/judgments.ts'
import type { JudgeMessage } from '../../schema/judge/render.ts'
import type { ServedModel } from './model-catalog.ts'
import { nodeHeaders } from './node-headers.ts'

/** What the judge model is asked to write. */
export interface CompletionRequest {
  messages: JudgeMessage[]
  temperature: number
  topP: number
  seed: number
  /** Null leaves the bound to the node: what the context has room for, at most 4,096. */
  maxTokens: number | null
  ratingProbabilities: boolean
  requestId: string
  traceparent: string | undefined
  /** Opaque name of the tenant, for the node's fairness between tenants. */
  tenant: string
}

export interface Completion {
  text: string
  finishReason: string
  promptTokens: number
  completionTokens: number
  weightsDigest: string | null
  precision: string | null
  provider: string | null
  ratingProbabilities: z.output<typeof ratingProbabilitiesSchema> | null
}

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullable() }),
        finish_reason: z.string().nullish(),
        keval: z.object({ rating_probabilities: ratingProbabilitiesSchema.nullish() }).nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number().int(), completion_tokens: z.number().int() }).nullish(),
  keval: z
    .object({
      weights_digest: z.string().nullish(),
      precision: z.string().nullish(),
      provider: z.string().nullish(),
    })
    .nullish(),
})

/** Largest answer read from a node, in bytes: far above 4,096 tokens, far below what would hurt. */
const maxAnswerBytes = 1_000_000
const totalMs = 120_000

/** Asks one node for one completion. Never throws: what goes wrong on the way is a failure of the node. */
export async function complete(
  served: ServedModel,
  request: CompletionRequest,
): Promise<{ completion: Completion } | { failure: Failure }> {
  try {
    const response = await fetch(`${served.node.url}/v1/chat/completions`, {
      method: 'POST',
      headers: nodeHeaders(served.node, {
        'content-type': 'application/json',
        'x-request-id': request.requestId,
        traceparent: request.traceparent,
        'x-keval-tenant': served.extensions ? request.tenant : undefined,
      }),
      body: JSON.stringify(wireRequest(served, request)),
      signal: AbortSignal.timeout(totalMs),
    })
    if (!response.ok) return { failure: await refusal(response) }
    const body = await readBounded(response)
    if (body === null) return nodeFailed('The node sent more than a judgment can be.')
    const parsed = completionSchema.safeParse(parseJson(body))
    if (!parsed.success) return nodeFailed('The node answered with something that is not a chat completion.')
    return { completion: completionOf(parsed.data) }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      const detail = `The node did not answer within ${totalMs / 1000} s.`
      return { failure: { code: 'node_timeout', detail, source: 'node' } }
    }
    const detail = 'The node could not be reached.'
    return { failure: { code: 'no_node_available', detail, source: 'node', retryAfter: 5 } }
  }
}

function wireRequest(served: ServedModel, request: CompletionRequest) {
  return {
    model: served.id,
    messages: request.messages,
    temperature: request.temperature,
    top_p: request.topP,
    seed: request.seed,
    ...(request.maxTokens !== null && { max_tokens: request.maxTokens }),
    ...(served.extensions && request.ratingProbabilities && { keval: { rating_probabilities: true } }),
  }
}

function completionOf(body: z.output<typeof completionSchema>): Completion {
  const choice = body.choices[0]!
  return {
    text: choice.message.content ?? '',
    // an answer that does not say how it ended is not known to be whole
    finishReason: choice.finish_reason ?? 'unknown',
    promptTokens: body.usage?.prompt_tokens ?? 0,
    completionTokens: body.usage?.completion_tokens ?? 0,
    weightsDigest: body.keval?.weights_digest ?? null,
    precision: body.keval?.precision ?? null,
    provider: body.keval?.provider ?? null,
    ratingProbabilities: choice.keval?.rating_probabilities ?? null,
  }
}

const refusalSchema = z.object({ error: z.object({ code: z.string().nullish(), message: z.string() }) })

async function refusal(response: Response): Promise<Failure> {
  const body = refusalSchema.safeParse(parseJson((await readBounded(response)) ?? ''))
  const retryAfter = retryAfterOf(response)
  const code = body.success ? body.data.error.code : null
  if (code === 'context_length_exceeded') {
    return { code, detail: body.data!.error.message, source: 'node' }
  }
  if (response.status === 404)
    return { code: 'model_not_found', detail: 'The node does not serve this model.', source: 'node' }
  if (response.status === 429 || response.status === 503) {
    const detail = 'The node has no room at the moment.'
    return { code: 'no_node_available', detail, source: 'node', retryAfter: retryAfter ?? 5 }
  }
  return { code: 'node_failed', detail: `The node answered ${response.status}.`, source: 'node' }
}

function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) : undefined
}

function nodeFailed(detail: string): { failure: Failure } {
  return { failure: { code: 'node_failed', detail, source: 'node' } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readBounded(response: Response): Promise<string | null> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > maxAnswerBytes) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
