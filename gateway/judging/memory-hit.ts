import { hitStatus, toAge } from '../cache/cache-status.ts'
import { toCacheScope } from '../cache/judgment-cache.ts'
import type { Env } from '../env.ts'
import { IncomingBody } from '../http/body/incoming-body.ts'
import { jsonTimeLimits } from '../http/body/json-body.ts'
import { toRequestId } from '../http/request-id.ts'
import type { RequestLog } from '../http/request-log.ts'
import { parseTrace } from '../http/trace.ts'
import type { Services } from '../services.ts'

/** The route whose repeats are answered from memory. */
const judgmentsPath = '/v1/judgments'
const judgmentsUrl = /^https?:\/\/[^/?#]*\/v1\/judgments$/
/** Larger bodies are rare and not cached. */
const maxBytes = 60_000
/** Headers that ask for more than a plain judgment. */
const special = ['cache-control', 'content-encoding', 'idempotency-key']

type Parts = Pick<
  Services,
  'authenticator' | 'burst' | 'cache' | 'cachedRepeats' | 'models' | 'requestFingerprints'
>

/** Returns whether a request is for the route, without a query; parsing its URL would cost more. */
export const isJudgmentRequest = ({ method, url }: Request) => method === 'POST' && judgmentsUrl.test(url)

/**
 * Answers a request whose very bytes this isolate has answered lately, for a key it has checked lately: key to tenant,
 * body to judgment, bytes out. Everything else is null and goes through the whole app, which gives the same answer;
 * a body that was read here is not read again.
 */
export async function answerFromMemory(
  request: Request,
  env: Env,
  { services, log }: { services: Parts; log: RequestLog },
): Promise<Response | null> {
  const startedAt = Date.now()
  const { headers } = request
  const identity = services.authenticator.recall(headers.get('authorization'))
  if (!identity?.scopes.includes('judge') || !isPlain(headers)) return null
  const text = await readText(request)
  if (text === null) return null
  const scope = toCacheScope(identity)
  const known = services.requestFingerprints.get(scope, text)
  if (known === undefined) return null
  const { model } = known
  const allowed = identity.limits.models
  if (allowed !== null && !allowed.includes(model)) return null
  if (services.models.recall(model)[0]?.weightsDigest !== known.weightsDigest) return null
  const cached = services.cache.recall(scope, known.fingerprint)
  // warnings are in the reader's language
  if (cached === null || cached.judgment.warnings.length > 0) return null
  if (services.burst.check(identity.keyId) !== null) return null

  const { tenantId, keyId } = identity
  services.cachedRepeats.count({ tenantId, keyId, model })
  const requestId = toRequestId(headers.get('x-request-id'))
  const endedAt = Date.now()
  const { verdict, provenance } = cached.judgment
  log.add(env, {
    requestId,
    trace: parseTrace(headers.get('traceparent')),
    method: 'POST',
    route: judgmentsPath,
    status: 200,
    startedAt,
    endedAt,
    identity,
    isStream: false,
    fields: { model, source: cached.layer, verdict, node: provenance.node },
  })
  return new Response(cached.json, {
    headers: {
      'cache-status': hitStatus(cached, endedAt),
      'cache-control': 'private, no-store',
      age: String(toAge(cached, endedAt)),
      'content-type': 'application/json',
      'x-request-id': requestId,
    },
  })
}

function isPlain(headers: Headers): boolean {
  if (headers.get('content-type') !== 'application/json') return false
  if (!(Number(headers.get('content-length') ?? Number.NaN) <= maxBytes)) return false
  return special.every((name) => headers.get(name) === null)
}

/** Null for a body that the app has to refuse: it finds the same failure when it reads it. */
async function readText(request: Request): Promise<string | null> {
  const incoming = IncomingBody.of(request)
  try {
    incoming.open({ maxBytes, ...jsonTimeLimits })
    return await incoming.text()
  } catch {
    return null
  }
}
