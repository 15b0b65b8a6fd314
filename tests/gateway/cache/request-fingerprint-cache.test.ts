import { afterEach, describe, expect, it, vi } from 'vitest'
import { judgmentTtl } from '../../../gateway/cache/judgment-cache.ts'
import { MemoryJudgmentCache } from '../../../gateway/cache/memory-judgment-cache.ts'
import { RequestFingerprintCache } from '../../../gateway/cache/request-fingerprint-cache.ts'
import type { Judgment } from '../../../schema/api/judgments.ts'

afterEach(() => {
  vi.useRealTimers()
})

const known = (fingerprint: string) => ({ model: 'keval-2-9b', weightsDigest: 'one', fingerprint })

describe('what an isolate knows of bodies', () => {
  it('is a tenant’s own and goes by every letter', () => {
    const requests = new RequestFingerprintCache()
    requests.put('ten_a', '{"answer":"서울"}', known('f'))
    expect(requests.get('ten_a', '{"answer":"서울"}')).toEqual(known('f'))
    expect(requests.get('ten_a', '{"answer": "서울"}')).toBeUndefined()
    expect(requests.get('ten_b', '{"answer":"서울"}')).toBeUndefined()
  })

  it('stays within its bound, and loses what was not used for longest', () => {
    const requests = new RequestFingerprintCache(64_000)
    const body = (name: string) => name.repeat(990)
    for (const name of 'abc') requests.put('t', body(name), known(name))
    for (let i = 0; i < 62; i++) {
      requests.put('t', body(String.fromCharCode(0xac00 + i)), known('other'))
      expect(requests.get('t', body('a'))).toEqual(known('a'))
    }
    expect(requests.get('t', body('b'))).toBeUndefined()
    expect(requests.get('t', body('a'))).toEqual(known('a'))
  })

  it('does not take in a body so large that it would push out everything else', () => {
    const requests = new RequestFingerprintCache(64_000)
    requests.put('t', 'x'.repeat(1_001), known('large'))
    expect(requests.get('t', 'x'.repeat(1_001))).toBeUndefined()
  })

  it('counts a body that is put again once', () => {
    const requests = new RequestFingerprintCache(64_000)
    for (let i = 0; i < 1_000; i++) requests.put('t', 'same'.repeat(200), known(String(i)))
    requests.put('t', 'first', known('first'))
    expect(requests.get('t', 'first')).toEqual(known('first'))
    expect(requests.get('t', 'same'.repeat(200))).toEqual(known('999'))
  })
})

describe('the judgments an isolate remembers', () => {
  function written(id: string) {
    const judgment = { id, text: 'x'.repeat(1_900) } as Judgment
    return { judgment, json: JSON.stringify(judgment) }
  }

  function cache() {
    const [asked, put]: [string[], string[]] = [[], []]
    const behind = {
      get: async (_: string, fingerprint: string) => {
        asked.push(fingerprint)
        return null
      },
      put: async (_: string, fingerprint: string) => {
        put.push(fingerprint)
      },
      delete: async () => {},
    }
    const defer = (work: Promise<unknown>) => void work
    return { memory: new MemoryJudgmentCache({ behind, defer, maxCharacters: 64_000 }), asked, put }
  }

  it('stay within their bound and are asked for behind it when they went', async () => {
    const { memory, asked } = cache()
    for (let i = 0; i < 40; i++) await memory.put('t', `f${i}`, written(`${i}`))
    expect(await memory.get('t', 'f0')).toBeNull()
    const newest = await memory.get('t', 'f39')
    expect(newest).toMatchObject({ layer: 'memory', json: written('39').json })
    expect(asked).toEqual(['f0'])
    await memory.delete('t', 'f39')
    expect(await memory.get('t', 'f39')).toBeNull()
    expect(await memory.get('another', 'f38')).toBeNull()
  })

  it('go behind when they are asked for again, once', async () => {
    const { memory, put } = cache()
    memory.keep('t', 'f', written('1'))
    expect(put).toEqual([])
    for (let i = 0; i < 3; i++) expect(await memory.get('t', 'f')).toMatchObject({ layer: 'memory' })
    expect(put).toEqual(['f'])
  })

  it('go behind at once when they came again or replace what may be there', async () => {
    const { memory, put } = cache()
    await memory.put('t', 'f', written('1'))
    await memory.get('t', 'f')
    expect(put).toEqual(['f'])
  })

  it('are no older than the cache behind lets them be, however lately this isolate read them', async () => {
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    const storedAt = start - (judgmentTtl - 10) * 1000
    const found = { ...written('1'), storedAt, layer: 'edge' as const }
    const behind = { get: async () => found, put: async () => {}, delete: async () => {} }
    const memory = new MemoryJudgmentCache({ behind, defer: () => {} })
    await memory.get('t', 'f')
    expect(memory.recall('t', 'f')).toMatchObject({ layer: 'memory', storedAt })
    vi.setSystemTime(start + 10_000)
    expect(memory.recall('t', 'f')).toBeNull()
  })
})
