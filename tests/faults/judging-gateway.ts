import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { type FaultyNode, faultyNode } from './faulty-node.ts'

export const model = 'keval-2-9b'

let serial = 0

/** A number that no request has had before. */
export const another = () => serial++

/** A request that nobody has sent before. */
export const fresh = () => ({
  model,
  question: '대한민국의 수도는 어디인가요?',
  answer: `서울입니다. (${another()})`,
})

/** A gateway and its only node, for the tests of a file; the node goes well at the beginning of each. */
export function judgingGateway() {
  const service = {} as { gateway: RunningGateway; node: FaultyNode }
  beforeAll(async () => {
    service.node = await faultyNode(model)
    service.gateway = await startGateway({ NODES: service.node.url, NODE_SECRET: 'secret-of-the-node' })
  })
  afterAll(async () => {
    await service.gateway.stop()
    await service.node.close()
  })
  beforeEach(() => {
    const { node } = service
    node.calls.length = 0
    node.headers.length = 0
    node.cancelled = 0
    node.chunkMs = 0
    node.behaviour = 'well'
  })
  const judge = (body: object, headers: Record<string, string> = {}) =>
    service.gateway.call('/v1/judgments', body, { headers })
  return { service, judge }
}
