import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

beforeEach(() => {
  catchMails()
  judgeAtNodeTest(() => '한 답은 [[3]]입니다.\n\nRating: [[7]]')
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

it('two protocols never share a judgment, even when the judge gets the same prompt and sampling', async () => {
  const { key } = await tenantWithKey()
  const request = { question: '1+1은?', answer: '2', reference: '2', template: 'single-math-v1' }
  const sampling = { temperature: 0.8, max_tokens: 2048, seed: 7 }
  const judge = (protocol: string) =>
    call('POST', '/v1/judgments', { token: key, body: { model: 'judge', ...request, ...sampling, protocol } })
  const one = await judge('ko-bench')
  const other = await judge('simple-keval')
  // the rules of the protocols read the same text differently
  expect([one.body.rating, other.body.rating], one.text + other.text).toEqual([7, 3])
  expect(other.body.fingerprint).not.toBe(one.body.fingerprint)
})
