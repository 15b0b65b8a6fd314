import {
  type CachedJudgment,
  type JudgmentCache,
  judgmentTtl,
  type WrittenJudgment,
} from './judgment-cache.ts'

/** The Cache API of the location: shared by its isolates, evicted by the platform. */
export class EdgeJudgmentCache implements JudgmentCache {
  async get(scope: string, fingerprint: string): Promise<CachedJudgment | null> {
    const response = await (await this.#cache()).match(toUrl(scope, fingerprint))
    if (response === undefined) return null
    const storedAt = Number(response.headers.get('x-stored-at'))
    const json = await response.text()
    return { judgment: JSON.parse(json), json, storedAt, layer: 'edge' }
  }

  async put(scope: string, fingerprint: string, { json }: WrittenJudgment): Promise<void> {
    const response = new Response(json, {
      headers: {
        'content-type': 'application/json',
        'cache-control': `public, max-age=${judgmentTtl}`,
        'x-stored-at': String(Date.now()),
      },
    })
    await (await this.#cache()).put(toUrl(scope, fingerprint), response)
  }

  async delete(scope: string, fingerprint: string): Promise<void> {
    await (await this.#cache()).delete(toUrl(scope, fingerprint))
  }

  #cache(): Promise<Cache> {
    return caches.open('judgments')
  }
}

/** The key is a URL because the Cache API wants one; no request is ever sent there. */
function toUrl(scope: string, fingerprint: string): string {
  return `https://judgments.invalid/${encodeURIComponent(scope)}/${fingerprint}`
}
