import { exports } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asOperator, eventually } from '../access/gate.ts'

let served: string[] | null = null

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () =>
    served === null
      ? new Response('{}', { status: 503 })
      : Response.json({ object: 'list', data: served.map((id) => ({ id })) }),
  )
})
afterEach(() => {
  vi.restoreAllMocks()
})

async function sampleOn(path: string): Promise<string> {
  const page = await (await exports.default.fetch(new Request(`https://keval.test${path}`))).text()
  return /curl [^<]*/.exec(page)![0].replaceAll('&quot;', '"').replaceAll('&#39;', "'")
}
const named = (model: string) => expect.stringContaining(`-d '{"model": "${model}",`)

it('names a model that is served, the keval models first, and never a name that a shell would run', async () => {
  expect(await sampleOn('/')).toEqual(named('keval-2-9b'))
  served = ["'; touch /tmp/owned; '", '$(id)', 'some-judge']
  await eventually(async () => expect(await sampleOn('/')).toEqual(named('some-judge')))
  served = ['another', 'keval-2-1b', 'keval-2-3b']
  // a new node makes the gateway ask them all
  await asOperator('POST', '/admin/v1/nodes', { id: 'second', url: 'http://second.test' })
  for (const path of ['/', '/docs', '/claim']) expect(await sampleOn(path)).toEqual(named('keval-2-3b'))
})
