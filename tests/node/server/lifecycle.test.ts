import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { tinyModel } from '../engine/fixtures.ts'
import {
  chat,
  cli,
  launchNode,
  listChildren,
  metric,
  parseEvents,
  type RunningNode,
  readHealth,
  startNode,
  untilEnded,
  untilHealth,
} from './fixtures.ts'

const model = 'tiny-llama'
let directory: string
beforeAll(async () => {
  directory = await tinyModel('int4')
})
const start = (args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
  startNode(['--model', directory, ...args], env)

/** Work for a while: many long samples of a model that rarely ends by itself. */
const longWork = {
  model,
  n: 16,
  max_tokens: 500,
  temperature: 2,
  messages: [{ role: 'user', content: '길게' }],
}
const shortWork = { model, max_tokens: 3, seed: 1 }

const readError = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string; source: string } }
  return { status: response.status, retryAfter: Number(response.headers.get('retry-after')), ...error }
}

async function busy(node: RunningNode, headers: Record<string, string> = {}) {
  const controller = new AbortController()
  const response = chat(node, longWork, headers, controller.signal).catch(() => null)
  await untilHealth(node, ({ running }) => running > 0)
  return { response, leave: () => controller.abort() }
}

describe('an engine that crashes', () => {
  it('fails what it held, clearly, comes back, and is counted', async () => {
    const node = await start()
    const [engine] = listChildren(node.pid)
    const stream = await chat(node, { ...longWork, stream: true })
    const whole = chat(node, longWork)
    await untilHealth(node, ({ running }) => running > 4)
    process.kill(engine!, 'SIGKILL')

    const events = await parseEvents(stream)
    expect(stream.status).toBe(200)
    expect(events).not.toContain('[DONE]')
    expect(JSON.parse(events.at(-1)!)).toMatchObject({
      error: { code: 'engine_unavailable', source: 'node' },
    })
    const failed = await readError(await whole)
    expect(failed).toMatchObject({ status: 503, code: 'engine_unavailable', source: 'node' })
    expect(failed.message).toMatch(/SIGKILL/)
    expect(failed.retryAfter).toBeGreaterThan(0)

    const down = await fetch(`${node.url}/health`)
    expect(down.status).toBe(503)
    expect(['failing', 'starting']).toContain(((await down.json()) as { status: string }).status)
    expect((await readError(await chat(node, shortWork))).code).toBe('engine_unavailable')

    const report = await untilHealth(node, ({ status }) => status === 'ready')
    expect(report).toMatchObject({ engine_restarts: 1, running: 0, waiting: 0 })
    expect(await metric(node, 'keval_node_engine_restarts_total')).toBe(1)
    expect((await chat(node, shortWork)).status).toBe(200)
    expect(listChildren(node.pid)).not.toContain(engine)
    expect(await node.stop()).toBe(0)
  })
})

describe('a node that is told to end', () => {
  it('finishes what runs, takes nothing new, leaves no process, and exits with 0', async () => {
    const node = await start()
    const [engine] = listChildren(node.pid)
    const running = chat(node, { ...longWork, stream: true })
    await untilHealth(node, ({ running }) => running > 0)
    const ended = node.stop()
    await untilHealth(node, ({ status }) => status === 'draining')
    const refused = await readError(await chat(node, shortWork))
    expect(refused).toMatchObject({ status: 503, code: 'engine_unavailable' })
    expect(refused.message).toMatch(/shutting down/)
    expect((await parseEvents(await running)).at(-1)).toBe('[DONE]')
    expect(await ended).toBe(0)
    await untilEnded(engine!)
  })

  it('gives up what takes longer than allowed', async () => {
    const node = await start(['--slots', '1', '--drain-seconds', '1'])
    const works = Array.from({ length: 6 }, () => chat(node, longWork))
    await untilHealth(node, ({ running }) => running > 0)
    expect(await node.stop()).toBe(0)
    const codes = await Promise.all(
      works.map((work) =>
        work.then(readError).then(
          ({ code }) => code,
          () => 'cut',
        ),
      ),
    )
    expect(codes).toContain('engine_unavailable')
  })

  it('takes the engine with it even when it is killed', async () => {
    const node = await start()
    const [engine] = listChildren(node.pid)
    await node.stop('SIGKILL')
    await untilEnded(engine!)
  })
})

describe('a node whose starter is killed', () => {
  it('ends by itself', async () => {
    const port = 20_000 + (process.pid % 10_000)
    const starting = `
      const { spawn } = require('node:child_process')
      const args = ${JSON.stringify([cli, 'serve', '--model', directory, '--port', String(port)])}
      const node = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
      node.stdout.on('data', () => console.log(node.pid))`
    const starter = spawn(process.execPath, ['-e', starting], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [pid] = (await once(starter.stdout!, 'data')).map(Number)
    const engines = listChildren(pid!)
    expect(engines).toHaveLength(1)
    starter.kill('SIGKILL')
    await untilEnded(pid!, ...engines)
  })
})

describe('the queue', () => {
  it('is bounded, shared between tenants, and says when to come back', async () => {
    const node = await start(['--slots', '1', '--queue', '16'])
    const [engine] = listChildren(node.pid)
    // nothing ends before all have come, however fast the machine is
    process.kill(engine!, 'SIGSTOP')
    const refused: Response[] = []
    const many = Array.from({ length: 24 }, async (_, seed) => {
      const response = await chat(node, { ...longWork, n: 1, seed }, { 'x-keval-tenant': 'greedy' })
      if (response.status === 503) refused.push(response)
      return response.status
    })
    // eight are taken, the one that runs among them: as many as are left free
    await expect.poll(() => refused.length, { timeout: 20_000 }).toBe(16)
    const other = chat(node, shortWork, { 'x-keval-tenant': 'modest' })
    await untilHealth(node, ({ running, waiting }) => running + waiting === 9)
    process.kill(engine!, 'SIGCONT')
    expect((await other).status).toBe(200)
    const answered = (await Promise.all(many)).filter((status) => status === 200)
    expect(answered).toHaveLength(8)
    const error = await readError(refused[0]!)
    expect(error.code).toBe('overloaded')
    expect(error.message).toMatch(/the queue holds 16/)
    expect(error.retryAfter).toBeGreaterThan(0)
    await untilHealth(node, ({ running, waiting }) => running === 0 && waiting === 0)
    await node.stop()
  })

  it('is left by those who go away', async () => {
    const node = await start(['--slots', '1'])
    const works = await Promise.all([1, 2, 3].map(() => busy(node)))
    await untilHealth(node, ({ running, waiting }) => running === 1 && waiting > 20)
    for (const { leave } of works) leave()
    await untilHealth(node, ({ running, waiting }) => running === 0 && waiting === 0)
    expect((await chat(node, shortWork)).status).toBe(200)
    await node.stop()
  })
})

describe('two hundred requests at once, some leaving, with a crash amid them', () => {
  it('are all answered or refused, and nothing is left behind', async () => {
    const node = await start()
    const outcomes = new Map<string, number>()
    const requests = Array.from({ length: 200 }, async (_, index) => {
      const body = { model, seed: index, max_tokens: 1 + ((index * 37) % 60), stream: index % 3 === 0 }
      const content = '질문입니다. '.repeat(1 + ((index * 13) % 20))
      const leaves = index % 4 === 1
      const signal = leaves ? AbortSignal.timeout(5 + ((index * 97) % 1500)) : undefined
      const headers = { 'x-keval-tenant': `tenant-${index % 5}` }
      const messages = [{ role: 'user', content }]
      const outcome = await chat(node, { ...body, messages }, headers, signal).then(
        async (response) => {
          const text = await response.text().catch(() => 'left')
          if (text === 'left') return 'left'
          if (response.status === 200 && body.stream) return text.includes('[DONE]') ? 'done' : 'broken off'
          return response.status === 200 ? 'done' : String(response.status)
        },
        () => 'left',
      )
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    })
    await untilHealth(node, ({ running, waiting }) => running === 8 && waiting < 150)
    process.kill(listChildren(node.pid)[0]!, 'SIGKILL')
    await Promise.all(requests)
    expect(
      [...outcomes.keys()].every((outcome) => ['done', 'left', 'broken off', '503'].includes(outcome)),
    ).toBe(true)
    expect(outcomes.get('503')).toBeGreaterThan(0)
    const idle = await untilHealth(
      node,
      (report) => report.status === 'ready' && report.running + report.waiting === 0,
    )
    expect(idle.engine_restarts).toBe(1)
    const again = await Promise.all(
      Array.from({ length: 8 }, (_, seed) => chat(node, { ...shortWork, seed })),
    )
    expect(again.map(({ status }) => status)).toEqual(new Array(8).fill(200))
    expect(await node.stop()).toBe(0)
  })
})

describe('the shared secret', () => {
  it('is asked of everything but the health report', async () => {
    const node = await start([], { KEVAL_NODE_SECRET: 'a secret of the tests' })
    expect((await readHealth(node)).status).toBe('ready')
    for (const path of ['/v1/models', '/metrics']) {
      const without = await readError(await fetch(node.url + path))
      expect(without).toMatchObject({ status: 401, code: 'missing_api_key' })
      const wrong = await fetch(node.url + path, { headers: { authorization: 'Bearer a secret' } })
      expect(await readError(wrong)).toMatchObject({ status: 401, code: 'invalid_api_key' })
      const right = await fetch(node.url + path, {
        headers: { authorization: 'Bearer a secret of the tests' },
      })
      expect(right.status).toBe(200)
    }
    expect((await chat(node, shortWork)).status).toBe(401)
    expect((await chat(node, shortWork, { authorization: 'Bearer a secret of the tests' })).status).toBe(200)
    expect(node.output()).not.toContain('a secret')
    await node.stop()
  })
})

describe('a node that cannot start', () => {
  const refusal = async (args: string[]) => {
    const node = await launchNode(args)
    return { code: await node.ended, lines: node.output().trim().split('\n') }
  }

  it.each([
    ['there is no such directory', ['--model', '/no/such/model'], '/no/such/model'],
    [
      'the directory holds no model',
      ['--model', join(import.meta.dirname, '../../fixtures')],
      'not a model directory',
    ],
    ['it would be open to all', ['--host', '0.0.0.0'], 'KEVAL_NODE_SECRET'],
    ['it does not fit', ['--slots', '1000', '--cache-mb', '1'], '1000 slots of 512 tokens need'],
  ])('says in one line that %s, and exits with 1', async (_, args, reason) => {
    const model = args.includes('--model') ? [] : ['--model', directory]
    expect(await refusal([...model, ...args])).toEqual({ code: 1, lines: [expect.stringContaining(reason)] })
  })

  it('refuses weights of which a byte changed since conversion', async () => {
    const damaged = await tinyModel('int8')
    const file = join(damaged, 'model.onnx.data')
    const data = await readFile(file)
    data[data.length - 5]! ^= 1
    await writeFile(file, data)
    const refused = {
      code: 1,
      lines: [expect.stringMatching(/the weights are not those that were converted/)],
    }
    expect(await refusal(['--model', damaged])).toEqual(refused)
    expect(await refusal(['--model', damaged, '--force'])).toEqual(refused)
  })

  it('refuses a model without a chat template, which could answer nothing', async () => {
    const base = await tinyModel('int8')
    const config = JSON.parse(await readFile(join(base, 'tokenizer_config.json'), 'utf8'))
    delete config.chat_template
    await writeFile(join(base, 'tokenizer_config.json'), JSON.stringify(config))
    expect(await refusal(['--model', base])).toEqual({
      code: 1,
      lines: [expect.stringMatching(/has no chat template/)],
    })
  })

  it('refuses a model whose certificate fails, unless it is forced and says so', async () => {
    const failing = await tinyModel('int8')
    const { weightsDigest } = JSON.parse(await readFile(join(failing, 'conversion.json'), 'utf8'))
    const checks = [{ name: 'closeness', passed: false, detail: '' }]
    const certificate = {
      passed: false,
      weightsDigest,
      provider: 'cpu',
      issuedAt: '2026-01-01T00:00:00Z',
      tools: {},
      checks,
    }
    await writeFile(join(failing, 'certificate.json'), JSON.stringify(certificate))
    const refused = await refusal(['--model', failing])
    expect(refused).toEqual({
      code: 1,
      lines: [expect.stringMatching(/failed its certificate \(closeness\)/)],
    })
    const forced = await startNode(['--model', failing, '--force'])
    expect((await readHealth(forced)).certificate).toMatchObject({ state: 'forced' })
    await forced.stop()
  })

  it('says in one line that the port is taken, and exits with 1', async () => {
    const node = await start()
    const taken = await refusal(['--model', directory, '--port', String(node.port)])
    expect(taken).toEqual({ code: 1, lines: [expect.stringContaining(`Port ${node.port}`)] })
    await node.stop()
  })
})
