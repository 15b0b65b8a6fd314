import { StartProblem } from '../local/problem.ts'

const attempts = 20
const waitMs = 3_000
const timeoutMs = 90_000

interface Parts {
  url: string
  fetch: typeof fetch
  wait: (milliseconds: number) => Promise<unknown>
  /** A key of a tenant, for one judgment. */
  apiKey: string | undefined
}

/** Checks the health of the deployed gateway, and asks it for one judgment where a key is given. Returns the findings. */
export async function smokeTest({ url, fetch, wait, apiKey }: Parts): Promise<string[]> {
  const seen = [await checkHealth(url, fetch, wait)]
  if (apiKey === undefined) return [...seen, 'no judgment was asked for: KEVAL_API_KEY is not set']
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    // a repeat from the cache would say nothing about the nodes
    'cache-control': 'no-cache',
  }
  const ask = async (path: string, body?: unknown) => {
    const response = await fetch(url + path, {
      headers,
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer = (await response.json().catch(() => null)) as Record<string, unknown> | null
    if (!response.ok) {
      throw new StartProblem(
        `The gateway answered ${response.status} to ${path}: ${String(answer?.detail ?? 'no reason given')}`,
      )
    }
    return answer
  }
  const models = (await ask('/v1/models')) as { data: { id: string }[] }
  const model = models.data[0]?.id
  if (model === undefined) return [...seen, 'no judgment was asked for: no node serves a model yet']
  const judgment = await ask('/v1/judgments', {
    model,
    question: '1 더하기 1은 무엇인가요?',
    answer: '2입니다.',
  })
  return [
    ...seen,
    `${model} judged an answer: ${String(judgment?.verdict)}, rating ${String(judgment?.rating)}`,
  ]
}

/** A new address takes a while until it is known everywhere. */
async function checkHealth(url: string, fetch: Parts['fetch'], wait: Parts['wait']): Promise<string> {
  let last = ''
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) })
      const text = await response.text()
      if (response.ok && (JSON.parse(text) as { status?: string }).status === 'ok')
        return `${url}/healthz answers`
      last = `it answered ${response.status}`
    } catch (error) {
      last = (error as Error).message
    }
    if (attempt < attempts) await wait(waitMs)
  }
  throw new StartProblem(`${url}/healthz does not answer as it should: ${last}.`)
}
