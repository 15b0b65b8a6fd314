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

const streamed = (seed: number) => ({ model, seed, max_tokens: 460, temperature: 2 })

/** The seed of an answer that does not end by itself. */
async function findLongAnswer(node: RunningNode): Promise<number> {
  for (let seed = 1; ; seed++) {
    const reply = (await (await chat(node, streamed(seed))).json()) as {
      usage: { completion_tokens: number }
    }
    if (reply.usage.completion_tokens > 400) return seed
  }
}

/** A streamed answer that has begun. */
async function beginStream(node: RunningNode, seed: number): Promise<{ rest: () => Promise<string> }> {
  const response = await chat(node, { ...streamed(seed), stream: true })
  const decoder = new TextDecoder()
  const reader = response.body!.getReader()
  let text = ''
  const read = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      const { value, done } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
    return text
  }
  await read(() => /"content":"[^"]/.test(text))
  return { rest: () => read(() => false) }
}

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
    const [victim] = listChildren(node.pid)
    const works = [1, 2, 3, 4].map((seed) => answer(node, { ...long(seed), n: 16 }))
    await untilHealth(node, ({ engines }) => engines!.every(({ running }) => running > 0))
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

  it('moves what had no token yet from an engine that crashes, and nothing else', async () => {
    const node = await start(['--slots', '1'])
    const seed = await findLongAnswer(node)
    const [victim] = listChildren(node.pid)
    const begun = await beginStream(node, seed)
    process.kill(victim!, 'SIGSTOP') // the first engine, which had nothing to do
    let done = 0
    const waiting = [1, 2, 3, 4, 5].map(async (each) => {
      const text = await answer(node, ask(each))
      done++
      return text
    })
    // one of them waits in the engine that stands still
    await expect.poll(() => done, { timeout: 20_000 }).toBe(4)
    process.kill(victim!, 'SIGKILL')
    expect(await begun.rest()).toMatch(/engine_unavailable(?![\s\S]*\[DONE\])/)
    const texts = await Promise.all(waiting)
    expect(texts).not.toContain('engine_unavailable')
    // and says what it would have said
    expect(await Promise.all([1, 2, 3, 4, 5].map((each) => answer(node, ask(each))))).toEqual(texts)
    expect(await node.stop()).toBe(0)
  })

  it('fails what waits when no engine is left', async () => {
    const node = await start(['--slots', '1'])
    const children = listChildren(node.pid)
    for (const child of children) process.kill(child, 'SIGSTOP')
    const waiting = [1, 2, 3, 4, 5, 6].map((seed) => answer(node, ask(seed)))
    await untilHealth(node, ({ waiting: count }) => count === 6)
    for (const child of children) process.kill(child, 'SIGKILL')
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['engine_unavailable']))
    await untilHealth(node, ({ engines }) => engines!.every(({ status }) => status === 'ready'))
    expect(await answer(node, ask(1))).not.toBe('engine_unavailable')
    expect(await node.stop()).toBe(0)
  })

  it('reports the time in its own queue, too', async () => {
    const node = await start(['--slots', '1'])
    const children = listChildren(node.pid)
    for (const child of children) process.kill(child, 'SIGSTOP')
    const times = [1, 2, 3, 4, 5, 6, 7, 8].map(async (seed) => {
      const reply = (await (await chat(node, { model, ...ask(seed) })).json()) as {
        keval: { queue_ms: number }
      }
      return reply.keval.queue_ms
    })
    await untilHealth(node, ({ waiting }) => waiting === 8)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    for (const child of children) process.kill(child, 'SIGCONT')
    // each engine had two of them
    const waited = (await Promise.all(times)).filter((time) => time >= 1_000)
    expect(waited).toHaveLength(4)
    expect(await node.stop()).toBe(0)
  })

  it('shares the engines by tokens, not by requests', async () => {
    const node = await start(['--slots', '1'])
    const ended: string[] = []
    const send = (tenant: string, number: number, tokens: number) =>
      Array.from({ length: number }, (_, seed) =>
        answer(node, { seed, max_tokens: tokens, temperature: 2, logprobs: true }, tenant).then(
          () => void ended.push(tenant),
        ),
      )
    const all = [...send('long', 24, 300), ...send('short', 32, 2)]
    await Promise.all(all)
    const before = ended.slice(0, ended.lastIndexOf('short')).filter((tenant) => tenant === 'long')
    expect(before.length).toBeLessThan(15) // by requests all 24 would have been handed out before
    expect(await node.stop()).toBe(0)
  })

  it('gives nothing new to an engine that is silent amid work', async () => {
    const node = await start(['--slots', '4', '--stall-seconds', '60'])
    // looked up before the work: it is over in a second
    const [victim] = listChildren(node.pid)
    const held = [1, 2].map((seed) => answer(node, { ...long(seed), n: 16 }))
    await untilHealth(node, ({ engines }) => engines!.every(({ running }) => running > 0))
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
