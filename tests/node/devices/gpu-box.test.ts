import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { NodeJoin } from '../../../schema/api/node-join.ts'
import { unusedPort } from '../../unused-port.ts'
import { temporaryFolder } from '../convert/fixtures.ts'
import { startHub } from '../convert/hub.ts'
import { cli } from '../server/fixtures.ts'
import { fakeDriver, h100, hasCompiler, installedLibraries } from './fake-driver.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/NODE.md'), 'utf8')
const section = page.slice(page.indexOf('## From a bare GPU box'))
const commands = /```\n([\s\S]*?)```/.exec(section)![1]!.trim().split('\n')

/** Variables and arguments of a command of keval-node; null for one of the system. */
function parse(line: string): { env: Record<string, string>; args: string[] } | null {
  const words = line.split(' ')
  const at = words.indexOf('keval-node')
  if (at < 0) return null
  const variables = words.slice(0, at).filter((word) => word.includes('='))
  return {
    env: Object.fromEntries(variables.map((word) => word.split('=') as [string, string])),
    args: words.slice(at + 1),
  }
}

const run = (args: string[], env: Record<string, string>, cwd: string) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, [cli, ...args], { env: { ...process.env, ...env }, cwd }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), output: out + err }),
    )
  })

/** A gateway that takes every node and remembers how it joined. */
async function startGateway() {
  const joined: { authorization: string | undefined; request: NodeJoin }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    if (request.url === '/nodes/v1/join')
      joined.push({ authorization: request.headers.authorization, request: JSON.parse(text) })
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        id: 'gpu-1',
        credential: 'x'.repeat(40),
        expires_at: new Date(Date.now() + 90_000).toISOString(),
        serve_seconds: 0,
        renew_after_seconds: 30,
      }),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { joined, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('from a bare GPU box to a registered node', () => {
  it('takes ten commands', () => {
    expect(commands).toHaveLength(10)
    expect(commands.filter((line) => parse(line) === null)).toEqual(['nvidia-smi', 'npm ci'])
    expect(commands.map((line) => parse(line)?.args[0]).filter(Boolean)).toEqual([
      'doctor',
      'devices',
      'pull',
      'convert',
      'certify',
      'tune',
      'doctor',
      'serve',
    ])
  })

  it.each(commands.filter((line) => parse(line)))('has the command and all options of: %s', async (line) => {
    const { args } = parse(line)!
    const help = await run([...args, '--help'], {}, temporaryFolder())
    expect(help).toMatchObject({ code: 0, output: expect.stringMatching(/^keval-node /) })
    for (const option of args.filter((word) => word.startsWith('--'))) expect(help.output).toContain(option)
    expect((await run([...args, '--no-such-option'], {}, temporaryFolder())).code).toBe(2)
  })

  it.skipIf(!hasCompiler)(
    'runs with stand-ins for driver, libraries, hub and gateway, and the CPU in place of CUDA (needs cc)',
    async () => {
      const cwd = temporaryFolder()
      const hub = await startHub()
      const gateway = await startGateway()
      const env = {
        ...fakeDriver({ gpus: [h100] }),
        KEVAL_CUDA_DIR: join(cwd, 'none'),
        HF_ENDPOINT: hub.url,
        HOME: cwd,
        XDG_CACHE_HOME: join(cwd, 'cache'),
      }
      const outcomes: [string, number, string][] = []
      for (const line of commands.slice(2, -1)) {
        const args = parse(line)!.args.join(' ').replace('davidkim205/keval-2-1b', 'judges/keval')
        const { code, output } = await run(
          args.replace('--provider cuda', '--provider cpu').split(' '),
          env,
          cwd,
        )
        outcomes.push([args.split(' ')[0]!, code, output])
        // libraries of the right sizes: the real ones are 0.8 GB to download
        if (args === 'doctor') env.KEVAL_CUDA_DIR = installedLibraries()
      }
      expect(outcomes).toEqual([
        ['doctor', 1, expect.stringContaining('keval-node devices install cuda')],
        ['devices', 0, expect.stringMatching(/has them already\n$/)],
        ['pull', 0, expect.stringContaining('models/keval-2-1b: judges/keval at ')],
        ['convert', 0, expect.stringContaining('models/keval-2-1b-cuda: LlamaForCausalLM in int4')],
        ['certify', 0, expect.stringContaining('passed  models/keval-2-1b-cuda on ')],
        ['tune', 0, expect.stringMatching(/kept in {4}.*keval-2-1b-cuda\/tuning-[0-9a-f]+\.json/)],
        ['doctor', 0, expect.stringContaining(`choice     cuda: ${h100.name} with CUDA 13.0 is usable`)],
      ])

      const { args, env: variables } = parse(commands.at(-1)!.replace('njt_…', 'njt_token'))!
      const here = args.join(' ').replace('--provider cuda', '--provider cpu')
      const joining = here.replace('https://keval.example', gateway.url).split(' ')
      const serving = [...joining, '--port', String(await unusedPort())]
      const node = spawn(process.execPath, [cli, ...serving], {
        cwd,
        env: { ...process.env, ...env, ...variables },
      })
      onTestFinished(() => void node.kill('SIGKILL'))
      let output = ''
      for (const stream of [node.stdout, node.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
        })
      await expect.poll(() => gateway.joined.length, { timeout: 20_000 }).toBe(1)
      const [{ authorization, request }] = gateway.joined as [(typeof gateway.joined)[number]]
      expect(authorization).toBe('Bearer njt_token')
      expect(request).toMatchObject({ id: 'gpu-1', url: null })
      expect(output).toContain('"tuning":"applied"')
      expect(output).toContain('"certificate":"passed"')
      expect(output).not.toContain('WARNING')
    },
    120_000,
  )
})
