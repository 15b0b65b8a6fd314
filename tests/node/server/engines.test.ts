import { beforeAll, describe, expect, it } from 'vitest'
import { tinyModel } from '../engine/fixtures.ts'
import {
  chat,
  launchNode,
  listChildren,
  type RunningNode,
  readHealth,
  startNode,
  untilHealth,
} from './fixtures.ts'

const model = 'tiny-llama'
let directory: string
beforeAll(async () => {
  directory = await tinyModel('int4')
})

async function start(args: string[] = []): Promise<RunningNode> {
  const node = await launchNode(['--model', directory, '--engines', '2', ...args])
  await untilHealth(node, ({ engines }) => engines!.every(({ status }) => status === 'ready'))
  return node
}

/** The text of an answer, or its error code. */
async function answer(node: RunningNode, body: Record<string, unknown>, tenant = 'a'): Promise<string> {
  const response = await chat(node, { model, ...body }, { 'x-keval-tenant': tenant })
  const reply = (await response.json()) as {
    choices?: { message: { content: string } }[]
    error?: { code: string }
  }
  return reply.error?.code ?? reply.choices![0]!.message.content
}

/** Work for a while: a model that rarely ends by itself. */
const long = (seed: number) => ({ seed, n: 4, max_tokens: 400, temperature: 2 })
const ask = (seed: number) => ({
  seed,
  max_tokens: 24,
  temperature: 1,
  messages: [{ role: 'user', content: `질문 ${seed}: ${'한국어 문장을 고르세요. '.repeat(seed % 5)}` }],
})

describe('a node with two engines', () => {
  it('gives the texts that one engine gives, whichever made them', async () => {
    const seeds = Array.from({ length: 12 }, (_, seed) => seed)
    const alone = await startNode(['--model', directory])
    const expected = await Promise.all(seeds.map((seed) => answer(alone, ask(seed))))
    expect(await alone.stop()).toBe(0)

    const node = await start(['--slots', '2'])
    const report = await readHealth(node)
    expect(report.engines).toMatchObject([{ status: 'ready' }, { status: 'ready' }])
    expect(report.slots).toBe(4)
    const busy = [1, 2, 3].map((seed) => answer(node, long(seed)))
    await untilHealth(node, ({ engines }) => engines!.every(({ running }) => running > 0))
    expect(await Promise.all(seeds.map((seed) => answer(node, ask(seed))))).toEqual(expected)
    await Promise.all(busy)
    const metrics = await (await fetch(`${node.url}/metrics`)).text()
    expect(metrics).toMatch(/keval_node_engine_requests_running\{engine="1"\} 0/)
    expect(await node.stop()).toBe(0)
  })

  it.each([
    ['killed', 'SIGKILL'],
    ['stopped without a sign of life', 'SIGSTOP'],
  ] as const)('loses only the requests of an engine that is %s', async (_, signal) => {
    const node = await start(['--slots', '4', '--stall-seconds', '2'])
    const works = [1, 2, 3, 4].map((seed) => answer(node, long(seed)))
    await untilHealth(node, ({ engines }) => engines!.every(({ running }) => running > 0))
    const [victim] = listChildren(node.pid)
    process.kill(victim!, signal)
    const outcomes = await Promise.all(works)
    expect(outcomes.filter((text) => text === 'engine_unavailable').length).toBeGreaterThan(0)
    expect(outcomes.filter((text) => text !== 'engine_unavailable').length).toBeGreaterThan(0)
    // the other goes on meanwhile
    expect(await answer(node, ask(1))).not.toBe('engine_unavailable')
    const whole = await untilHealth(node, ({ degraded }) =>
      degraded.every(({ code }) => code !== 'engine_down'),
    )
    expect(whole).toMatchObject({ status: 'ready', engine_restarts: 1 })
    expect(whole.engines!.map(({ restarts }) => restarts).sort()).toEqual([0, 1])
    expect(await node.stop()).toBe(0)
  })

  it('gives nothing new to an engine that is silent amid work', async () => {
    const node = await start(['--slots', '4', '--stall-seconds', '60'])
    const held = [1, 2].map((seed) => answer(node, { ...long(seed), n: 16 }))
    await untilHealth(node, ({ engines }) => engines!.every(({ running }) => running > 0))
    const [victim] = listChildren(node.pid)
    process.kill(victim!, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 5_500))
    const seeds = Array.from({ length: 8 }, (_, seed) => seed)
    const texts = await Promise.all(seeds.map((seed) => answer(node, ask(seed))))
    expect(texts).not.toContain('engine_unavailable')
    process.kill(victim!, 'SIGCONT')
    await Promise.all(held)
    expect(await node.stop()).toBe(0)
  })

  it('says that an engine is down while the other serves', async () => {
    const node = await start()
    process.kill(listChildren(node.pid)[0]!, 'SIGKILL')
    const report = await untilHealth(node, ({ degraded }) => degraded.length > 0)
    expect(report.status).toBe('ready')
    expect(report.degraded).toMatchObject([
      { code: 'engine_down', message: expect.stringMatching(/engine [01] is/) },
    ])
    await node.stop()
  })

  it('lets a tenant pass the burst of another', async () => {
    const node = await start(['--slots', '1'])
    const ended: string[] = []
    const note = (name: string) => () => void ended.push(name)
    const burst = Array.from({ length: 30 }, (_, seed) =>
      answer(node, { seed, max_tokens: 40, temperature: 2 }, 'burst').then(note('burst')),
    )
    await untilHealth(node, ({ running }) => running > 0)
    await answer(node, { ...ask(1), max_tokens: 2 }, 'other').then(note('other'))
    await Promise.all(burst)
    expect(ended.indexOf('other')).toBeLessThan(15)
    expect(await node.stop()).toBe(0)
  })

  it('reads a prompt where its beginning was read', async () => {
    const node = await start(['--slots', '4'])
    const beginning = '같은 질문과 같은 참고 답변이 길게 이어집니다. '.repeat(12)
    // the first engine is at work, so the prompt is read by the second
    const leaving = new AbortController()
    const work = chat(node, { model, ...long(1), n: 1 }, {}, leaving.signal).catch(() => null)
    await untilHealth(node, ({ engines }) => engines![0]!.running > 0)
    const cached: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      const response = await chat(node, {
        model,
        seed: turn,
        max_tokens: 2,
        messages: [{ role: 'user', content: `${beginning}${turn}` }],
      })
      const { usage } = (await response.json()) as {
        usage: { prompt_tokens_details: { cached_tokens: number } }
      }
      cached.push(usage.prompt_tokens_details.cached_tokens)
      leaving.abort()
      await work
      await untilHealth(node, ({ running }) => running === 0)
    }
    expect(cached[0]).toBe(0)
    expect(Math.min(...cached.slice(1))).toBeGreaterThan(100)
    expect(await node.stop()).toBe(0)
  })
})

it.each([
  [['--devices', '0,0'], /--devices takes different whole numbers/],
  [['--devices', '0,x'], /--devices takes different whole numbers/],
  [['--devices', '0,1', '--engines', '2'], /--devices excludes --device and --engines/],
  [['--engines', '100'], /at most 64 engines/],
])('options %j are refused', async (args, message) => {
  const node = await launchNode(['--model', directory, ...args])
  expect(await node.ended).toBe(2)
  expect(node.output()).toMatch(message)
})
