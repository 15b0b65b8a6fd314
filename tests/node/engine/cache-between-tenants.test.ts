import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { GenerateRequest } from '../../../inference-node/engine/protocol.ts'
import { renderMessages } from '../../../schema/judge/render.ts'
import { asking, startEngine, stopEngines } from './running-engine.ts'

afterEach(stopEngines)

describe('the cache between tenants', () => {
  const secret = '비밀번호는 파란 코끼리 사백이십삼 번입니다. 아무에게도 말하지 마세요. '
  const wrong = '비밀번호는 붉은 기러기 구백이십삼 번입니다. 아무에게도 말하지 마세요. '
  const embedded = {
    modelDirectory: join(import.meta.dirname, '../../../keval-mini/model'),
    slotTokens: 1024,
  }
  const judged = (question: string) => ({
    messages: renderMessages('single-v1', [{ question: question.repeat(3), answer: '답변입니다.' }]),
    maxTokens: 2,
  })
  /** Tokens that a request found in the cache, and that were computed for it. */
  const measured = async (
    { submit, totals }: Awaited<ReturnType<typeof startEngine>>,
    request: Partial<GenerateRequest>,
  ) => {
    const before = totals.prefillTokens
    let found = -1
    await submit({ maxTokens: 2, ...request }, (event) => {
      if (event.type === 'started') found = event.prefixHitTokens
    })
    return { found, computed: totals.prefillTokens - before }
  }

  it.each([
    ['a chat', (text: string) => ({ messages: [{ role: 'user' as const, content: text.repeat(3) }] })],
    ['a judgment', judged],
  ])('tells nobody whether %s of another was guessed', async (_, request) => {
    const engine = await startEngine(embedded)
    await engine.submit({ ...request(secret), tenant: 'a', maxTokens: 2 })
    const guesses = [secret, wrong].map((text) => ({ ...request(text), tenant: 'b' }))
    const right = await measured(engine, guesses[0]!)
    const fresh = await startEngine(embedded)
    await fresh.submit({ ...request('다른 것'), tenant: 'a', maxTokens: 2 })
    expect(right).toEqual(await measured(fresh, guesses[0]!))
    const own = await measured(engine, { ...request(secret), tenant: 'a' })
    expect(own.found).toBeGreaterThan(right.found + 8)
  })

  it('shares the beginning of a published judge template, and nothing of a chat', async () => {
    const engine = await startEngine(embedded)
    await engine.submit({ ...judged(secret), tenant: 'a' })
    const other = await measured(engine, { ...judged(wrong), tenant: 'b' })
    expect(other.found).toBeGreaterThan(7) // its tokenizer writes the whole beginning in ten tokens
    await engine.submit({ ...asking('하나'), tenant: 'a', maxTokens: 2 })
    expect((await measured(engine, { ...asking('하나'), tenant: 'b' })).found).toBe(0)
    expect((await measured(engine, { ...asking('하나'), tenant: 'b' })).found).toBeGreaterThan(8)
  })
})
