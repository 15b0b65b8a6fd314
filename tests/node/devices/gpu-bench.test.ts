import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../convert/fixtures.ts'
import { fakeDriver, h100, hasCompiler } from './fake-driver.ts'

const bench = join(import.meta.dirname, '../../../bench/engine')
const noDriver = { KEVAL_CUDA_DRIVER: '/nowhere/libcuda.so.1', KEVAL_CUDA_DIR: '/nowhere/cuda' }

function run(args: string[], env = {}): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { env: { ...process.env, ...noDriver, ...env } },
      (error, output, errors) => resolve({ code: Number(error?.code ?? 0), output, errors }),
    )
  })
}

describe('the GPU bench without a usable GPU', () => {
  it('ends with 3 and one line that says what is missing', async () => {
    expect(await run([join(bench, 'gpu.ts')])).toEqual({
      code: 3,
      output: '',
      errors:
        'the GPU bench cannot run: this machine has no NVIDIA GPU; run it on one, or try the bench itself with --provider cpu --quick\n',
    })
  })

  it.skipIf(!hasCompiler)('names the command that mends it (needs cc)', async () => {
    const { code, errors } = await run([join(bench, 'gpu.ts')], fakeDriver({ gpus: [h100] }))
    expect(code).toBe(3)
    expect(errors).toMatch(
      /^the GPU bench cannot run: .* idle: .*; mend it with: keval-node devices install cuda\n$/,
    )
    const old = await run([join(bench, 'gpu.ts')], fakeDriver({ gpus: [h100], version: 12_080 }))
    expect(old.errors).toContain('mend it with: install NVIDIA driver 580 or newer')
  })
})

/** A server with OpenAI's completions, as vLLM and llama.cpp have it: it says what it was given, and answers at once. */
const server = `#!${process.execPath}
const { createServer } = require('node:http')
const { appendFileSync } = require('node:fs')
const args = process.argv.slice(2)
appendFileSync(process.env.SEEN, JSON.stringify({ program: __filename, args }) + '\\n')
createServer(async (request, response) => {
  if (request.url === '/health') return response.end('{}')
  let text = ''
  for await (const part of request) text += part
  const { prompt, max_tokens, ignore_eos, stream } = JSON.parse(text)
  if (!Array.isArray(prompt) || !prompt.every(Number.isInteger) || !ignore_eos || !stream)
    return response.writeHead(400).end('bad request')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (let token = 1; token <= max_tokens; token++) {
    const usage = __filename.endsWith('vllm') ? { completion_tokens: token } : undefined
    response.write('data: ' + JSON.stringify({ choices: [{ text: 'a' }], usage }) + '\\n\\n')
    await new Promise(setImmediate)
  }
  response.end('data: [DONE]\\n\\n')
}).listen(Number(args[args.indexOf('--port') + 1]), '127.0.0.1')
`
const llamaBench = `#!${process.execPath}
console.log(JSON.stringify([{ avg_ts: process.argv.includes('-d') ? 50 : 700 }]))
`

/** Models of the bench, made once. */
const models = mkdtempSync(join(tmpdir(), 'keval-bench-'))
afterAll(() => rmSync(models, { recursive: true, force: true }))

async function tryBench(programs: Record<string, string>) {
  const path = join(temporaryFolder(), 'bin')
  mkdirSync(path)
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(path, name), script)
    chmodSync(join(path, name), 0o755)
  }
  const out = join(path, 'result')
  const seen = join(path, 'seen')
  writeFileSync(seen, '')
  const args = ['--provider', 'cpu', '--quick', '--dir', models, '--out', out, '--threads', '1']
  const ended = await run([join(bench, 'gpu.ts'), ...args], { PATH: path, SEEN: seen })
  expect([ended.code, ended.errors.match(/Error.*/)?.[0]]).toEqual([0, undefined])
  const report = JSON.parse(readFileSync(`${out}.json`, 'utf8'))
  const started = readFileSync(seen, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return { report, markdown: readFileSync(`${out}.md`, 'utf8'), started, output: ended.output }
}

interface Cell {
  name: string
  unit: string
  median: number | null
  share: number | null
}

describe('the GPU bench, tried on the CPU,', () => {
  it('measures streams, batches, prompts and judging, and skips what is not there', async () => {
    const { report, markdown, output } = await tryBench({})
    expect(report).toMatchObject({
      provider: 'cpu',
      machine: { driver: null },
      runtime: 'onnxruntime 1.30.0',
    })
    const [shape] = report.shapes
    expect(shape.rows.map(({ subject }: { subject: string }) => subject)).toEqual([
      'this engine, int8',
      'this engine, int4',
    ])
    for (const { cells } of shape.rows as { cells: Cell[] }[]) {
      expect(cells.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
        'one stream tokens/s',
        'batch of 8 tokens/s',
        'batch of 32 tokens/s',
        'prompt tokens/s',
        'judging judgments/min',
      ])
      for (const { median } of cells) expect(median).toBeGreaterThan(0)
      expect(cells.map(({ share }) => share !== null)).toEqual([true, true, true, false, false])
    }
    expect(shape.skipped).toEqual([
      'vLLM: vllm is not on PATH (pip install vllm)',
      'llama.cpp: neither llama-server nor llama-bench is on PATH',
    ])
    expect(markdown).toMatch(/\| this engine, int8 \| [\d.]+ \(.*%/)
    expect(output).toContain(markdown.trim())
  }, 180_000)

  it('asks vLLM and llama.cpp with the same tokens where they are on PATH', async () => {
    const { report, started } = await tryBench({ vllm: server, 'llama-server': server })
    const [{ rows, skipped }] = report.shapes
    expect(skipped).toEqual([])
    expect(rows.map(({ subject }: { subject: string }) => subject).slice(2)).toEqual([
      'vLLM, bf16',
      'llama.cpp, Q4_0',
    ])
    for (const { cells } of rows as { cells: Cell[] }[])
      for (const { median } of cells) expect(median).toBeGreaterThan(0)
    expect(
      started.map(({ args }) => args.filter((each: string) => /^(serve|-m|-ngl|-np|--max-.*)$/.test(each))),
    ).toEqual([
      ['serve', '--max-model-len', '--max-num-seqs'],
      ['-m', '-ngl', '-np'],
    ])
  }, 180_000)

  it('takes from llama-bench what it can tell, and says when a peer does not start', async () => {
    const broken = `#!${process.execPath}\nprocess.exit(7)\n`
    const { report } = await tryBench({ vllm: broken, 'llama-bench': llamaBench })
    const [{ rows, skipped }] = report.shapes
    expect(skipped).toEqual(['vLLM, bf16: vllm ended with 7 while loading'])
    const { subject, cells } = rows.at(-1) as { subject: string; cells: Cell[] }
    expect(subject).toBe('llama.cpp, Q4_0 (llama-bench)')
    expect(cells.map(({ median }) => median)).toEqual([50, null, null, 700, null])
  }, 180_000)
})

it.skipIf(!hasCompiler)('the bandwidth of a GPU is that of copies inside it (needs cc)', async () => {
  const folder = temporaryFolder()
  const source = join(folder, 'cudart.c')
  writeFileSync(
    source,
    `#include <stdlib.h>
    #include <string.h>
    int cudaMalloc(void **p, size_t n) { *p = malloc(n); return *p ? 0 : 2; }
    int cudaFree(void *p) { free(p); return 0; }
    int cudaMemcpy(void *to, const void *from, size_t n, int kind) { if (kind != 3) return 21; memcpy(to, from, n); return 0; }
    int cudaDeviceSynchronize(void) { return 0; }`,
  )
  execFileSync('cc', ['-w', '-shared', '-fPIC', '-o', join(folder, 'libcudart.so.13'), source])
  const script = `import { copyBandwidth } from ${JSON.stringify(join(bench, 'bandwidth.ts'))}
    console.log(copyBandwidth(${JSON.stringify(folder)}, 1 << 22, 3))`
  const { output } = await run(['--input-type=module', '-e', script])
  expect(Number(output)).toBeGreaterThan(1e8)
})
