import { beforeAll, describe, expect, it } from 'vitest'
import { tinyModel } from '../engine/fixtures.ts'
import {
  chat,
  launchNode,
  listChildren,
  metric,
  parseEvents,
  type RunningNode,
  startNode,
  untilHealth,
} from './fixtures.ts'

const model = 'tiny-llama'
let directory: string
beforeAll(async () => {
  directory = await tinyModel('int4')
})
const start = (...args: string[]) => startNode(['--model', directory, ...args])

const shortWork = { model, max_tokens: 3, seed: 1 }
/** A model of random weights rarely ends by itself at this temperature. */
const longWork = { model, max_tokens: 480, temperature: 2, seed: 7 }
/** Some 440 tokens: many chunks of 8. */
const longPrompt = [{ role: 'user', content: 'abcdefghij '.repeat(40) }]

const readError = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string; source: string } }
  return { status: response.status, ...error }
}

/** The engine held up as by a device that does not answer; `resume` lets it go on. */
function hold(node: RunningNode): { resume: () => void } {
  const [engine] = listChildren(node.pid)
  process.kill(engine!, 'SIGSTOP')
  return { resume: () => process.kill(engine!, 'SIGCONT') }
}

/** The same engine serves on: nothing is left of what was given up. */
async function servesOn(node: RunningNode): Promise<void> {
  const idle = await untilHealth(node, ({ running, waiting }) => running === 0 && waiting === 0)
  expect(idle.engine_restarts).toBe(0)
  expect((await chat(node, shortWork)).status).toBe(200)
  await untilHealth(node, ({ running }) => running === 0)
  expect(await metric(node, 'keval_node_requests_waiting')).toBe(0)
  expect(await node.stop()).toBe(0)
}

const timedOut = (message: RegExp) => ({
  code: 'engine_timeout',
  source: 'node',
  message: expect.stringMatching(message),
})

describe('a time limit ends a request by name, frees its slot and leaves the engine alone', () => {
  it('while it waits for a slot', async () => {
    const node = await start('--slots', '1', '--queue-seconds', '1')
    const engine = hold(node)
    const late = await chat(node, shortWork)
    expect(await readError(late)).toMatchObject({ status: 504, ...timedOut(/queue time limit of 1 s/) })
    expect((await untilHealth(node, () => true)).waiting).toBe(0)
    engine.resume()
    await servesOn(node)
  })

  it('until its first token', async () => {
    const node = await start('--first-token-seconds', '1', '--chunk-tokens', '8')
    // six answers in its company make the chunks of its prompt come slowly
    const company = Array.from({ length: 6 }, (_, seed) =>
      chat(node, { ...longWork, seed, stream: true }).then(parseEvents),
    )
    await untilHealth(node, ({ running }) => running === 6)
    const stream = await chat(node, { ...longWork, messages: longPrompt, max_tokens: 20, stream: true })
    const engine = hold(node)
    expect(stream.status).toBe(200)
    const events = await parseEvents(stream)
    expect(events).not.toContain('[DONE]')
    expect(JSON.parse(events.at(-1)!).error).toMatchObject(
      timedOut(/first token was generated within the limit of 1 s/),
    )
    engine.resume()
    await Promise.all(company)
    await servesOn(node)
  })

  it('between tokens', async () => {
    const node = await start('--between-tokens-seconds', '1')
    const stream = await chat(node, { ...longWork, n: 8, stream: true })
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!/"content":"[^"]/.test(text)) text += (await reader.read()).value
    const engine = hold(node)
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
    const last = text.trim().split('\n\n').at(-1)!.replace('data: ', '')
    expect(JSON.parse(last).error).toMatchObject(
      timedOut(/further token was generated within the limit of 1 s/),
    )
    engine.resume()
    await servesOn(node)
  })

  it('over all', async () => {
    const node = await start('--total-seconds', '1')
    const engine = hold(node)
    const whole = await chat(node, shortWork)
    expect(await readError(whole)).toMatchObject({
      status: 504,
      ...timedOut(/reached the time limit of 1 s/),
    })
    const metrics = await (await fetch(`${node.url}/metrics`)).text()
    expect(metrics).toContain('keval_node_rejections_total{code="engine_timeout"} 1')
    engine.resume()
    await servesOn(node)
  })
})

describe('an engine that hangs', () => {
  it('is replaced, also while requests keep arriving', async () => {
    const node = await start('--stall-seconds', '2')
    hold(node)
    let over = false
    const arrivals: Promise<number>[] = []
    const arriving = (async () => {
      while (!over) {
        arrivals.push(chat(node, shortWork).then(({ status }) => status))
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    })()
    await untilHealth(node, ({ engine_restarts }) => engine_restarts === 1)
    over = true
    await arriving
    expect(await arrivals[0]).toBe(503)
    await untilHealth(node, ({ status }) => status === 'ready')
    expect((await chat(node, shortWork)).status).toBe(200)
    expect(await node.stop()).toBe(0)
  })
})

describe('the command line', () => {
  it('refuses a time limit that no timer can keep', async () => {
    const node = await launchNode(['--model', directory, '--total-seconds', '3000000'])
    expect(await node.ended).toBe(2)
    expect(node.output()).toMatch(/--total-seconds takes 86400/)
  })
})
