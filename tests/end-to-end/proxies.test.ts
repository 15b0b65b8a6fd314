import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unusedPort } from '../unused-port.ts'
import { type Served, serve } from './serve.ts'
import { temporaryState } from './start.ts'

/** The examples of deploy/proxy, run by the real programs in front of the real service. */

const root = join(import.meta.dirname, '../..')

function isInstalled(program: string, versionFlag: string): boolean {
  try {
    execFileSync(program, [versionFlag], { stdio: 'ignore' })
    return true
  } catch {
    console.warn(`${program} is not installed: its example is not tested`)
    return false
  }
}

interface Example {
  program: string
  versionFlag: string
  /** Writes the configuration for other ports and a certificate made here; answers the arguments. */
  prepare(parts: {
    folder: string
    port: number
    upstream: string
    key: string
    certificate: string
  }): string[]
}

const readExample = (name: string) => readFileSync(join(root, 'deploy/proxy', name), 'utf8')

const examples: Example[] = [
  {
    program: 'caddy',
    versionFlag: 'version',
    prepare({ folder, port, upstream, key, certificate }) {
      const example = readExample('Caddyfile')
      const config = example
        .replace('keval.example {', `https://localhost:${port} {\n\ttls ${certificate} ${key}`)
        .replace('127.0.0.1:8787', upstream)
      const file = join(folder, 'Caddyfile')
      writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${config}`)
      return ['run', '--config', file, '--adapter', 'caddyfile']
    },
  },
  {
    program: 'nginx',
    versionFlag: '-v',
    prepare({ folder, port, upstream, key, certificate }) {
      const server = readExample('nginx.conf')
        .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
        .replace('server_name keval.example', 'server_name localhost')
        .replace('/etc/ssl/keval.example/fullchain.pem', certificate)
        .replace('/etc/ssl/keval.example/privkey.pem', key)
        .replace('127.0.0.1:8787', upstream)
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join('\n')
      const file = join(folder, 'nginx.conf')
      writeFileSync(
        file,
        `daemon off;\npid ${folder}/nginx.pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${server}\n}\n`,
      )
      return ['-c', file, '-p', folder]
    },
  },
]

const state = temporaryState()
afterAll(() => state.remove())

describe.each(examples)('$program in front of the service', ({ program, versionFlag, prepare }) => {
  const isThere = isInstalled(program, versionFlag)
  const folder = join(state.path, program)
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  let port: number
  let served: Served
  let stopProxy: () => Promise<unknown>

  beforeAll(async () => {
    if (!isThere) return
    mkdirSync(folder, { recursive: true })
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = ['-nodes', '-days', '2', '-keyout', key, '-out', certificate]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...made, ...names], { stdio: 'ignore' })
    port = await unusedPort()
    served = await serve(
      {
        KEVAL_STATE: join(folder, 'state'),
        PUBLIC_URL: `https://localhost:${port}`,
        TRUSTED_PROXIES: '127.0.0.1',
      },
      ['--demo'],
    )
    const upstream = new URL(served.gateway).host
    const child = spawn(program, prepare({ folder, port, upstream, key, certificate }), {
      env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
    const ended = new Promise((resolve) => child.once('close', resolve))
    stopProxy = () => {
      child.kill('SIGTERM')
      return ended
    }
    for (let attempt = 0; ; attempt++) {
      const status = await call('/healthz').then(
        (answer) => answer.status,
        () => 0,
      )
      if (status === 200) break
      if (attempt > 200) throw new Error(`${program} does not serve: ${errors}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
  afterAll(async () => {
    await stopProxy?.()
    await served?.stop()
  })

  interface Answer {
    status: number
    headers: IncomingHttpHeaders
    /** The body in the pieces it came in. */
    pieces: string[]
  }

  const call = (
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ) =>
    new Promise<Answer>((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = init
      const ca = readFileSync(certificate)
      const sent = request({ host: 'localhost', port, path, method, headers, ca }, (response) => {
        const pieces: string[] = []
        response.setEncoding('utf8').on('data', (piece) => pieces.push(piece))
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, pieces }))
      })
      sent.on('error', reject).end(body)
    })

  it.runIf(isThere)('signs in by a form, with a cookie for TLS only', async () => {
    const key = /kev_test_\S+/.exec(served.output())![0]
    const page = await call('/sign-in')
    expect(page.status).toBe(200)
    const form = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: `https://localhost:${port}`,
    }
    const answer = await call('/sign-in', { method: 'POST', headers: form, body: `credential=${key}` })
    expect(answer.status).toBe(303)
    expect(answer.headers['set-cookie']!.join()).toMatch(/Secure/i)
    const foreign = { ...form, origin: 'https://elsewhere.example' }
    expect(
      (await call('/sign-in', { method: 'POST', headers: foreign, body: `credential=${key}` })).status,
    ).toBe(403)
  })

  it.runIf(isThere)('does not let a client choose its address', async () => {
    let limited = 0
    for (let attempt = 0; attempt < 30; attempt++) {
      const forged = `203.0.113.${attempt}`
      const { status } = await call('/admin/v1/plans', {
        headers: {
          authorization: `Bearer wrong-secret-${attempt}`,
          'x-forwarded-for': forged,
          'cf-connecting-ip': forged,
          'x-real-ip': forged,
        },
      })
      if (status === 429) limited++
    }
    expect(limited).toBeGreaterThan(5)
  })

  it.runIf(isThere)('passes the events of a streamed judgment on as they come', async () => {
    const key = /kev_test_\S+/.exec(served.output())![0]
    const body = JSON.stringify({
      model: 'keval-mini',
      stream: true,
      question: '광합성이 무엇인지 설명해 주세요.',
      answer: '광합성은 식물이 빛으로 양분을 만드는 일입니다.',
    })
    for (let attempt = 0; ; attempt++) {
      const { status, headers, pieces } = await call('/v1/judgments', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body,
      })
      if (status === 200) {
        expect(headers['content-type']).toContain('text/event-stream')
        expect(pieces.join('')).toContain('event: judgment')
        expect(pieces.length).toBeGreaterThan(3)
        break
      }
      // the node of the service may still be loading its model
      if (attempt > 100) throw new Error(`${status} ${pieces.join('')}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })
})
