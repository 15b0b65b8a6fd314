import { execFile } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Gpu } from '../../../inference-node/devices/device-report.ts'
import { type PlannedModel, planRuntime } from '../../../inference-node/engine/process/plan-runtime.ts'
import { checkpoint, temporaryFolder } from '../convert/fixtures.ts'
import { cli, embeddedModel, launchNode, readHealth, startNode } from '../server/fixtures.ts'
import { fakeDriver, h100, hasCompiler, installedLibraries } from './fake-driver.ts'

/** An environment in which no driver is found, whatever this machine has. */
const noDriver = { KEVAL_CUDA_DRIVER: '/nowhere/libcuda.so.1', KEVAL_CUDA_DIR: '/nowhere/cuda' }

describe('memory and shape by device', () => {
  /** Llama 3.2 1B. */
  const model: PlannedModel = {
    layers: 16,
    attentionHeads: 32,
    kvHeads: 8,
    headSize: 64,
    vocabularySize: 128_256,
    contextLength: 8192,
    weightBytes: 1.2e9,
    precision: 'int4',
    conversion: {
      converter: '',
      source: { name: '', architecture: '' },
      precision: 'int4',
      blockSize: 'mixed',
      target: 'cuda',
      weightsDigest: '',
      weightFiles: [],
    },
  }
  const gpuOf = (totalBytes: number, freeBytes: number | null = totalBytes): Gpu => ({
    index: 0,
    name: 'x',
    uuid: 'GPU-x',
    totalBytes,
    freeBytes,
    computeCapability: '8.9',
  })
  const config = { slots: null, slotTokens: null, cacheBytes: null, chunkTokens: null }
  const plan = (gpu: Gpu | null, provider: 'cuda' | 'cpu' | 'webgpu' = 'cuda', more = {}) =>
    planRuntime(provider, { ...model, ...more }, config, { hostFreeBytes: 3e9, gpu })
  const rowBytes = 2 * 16 * 8 * 64 * 2 * 8192

  it('fills the card, not the host, with a cache in float16', () => {
    expect(plan(gpuOf(80e9))).toEqual({ rows: 64, rowTokens: 8192, chunkTokens: 512 })
    const small = plan(gpuOf(8e9))
    const left = 8e9 - 1.2e9 - 1e9 - 2 * 128_256 * 2048
    expect(small.rows).toBe(2 * Math.floor((left * 0.9) / rowBytes / 2))
    expect(small.rows).toBeGreaterThan(8)
  })

  it('counts what other processes hold on the card', () => {
    expect(plan(gpuOf(80e9, 6e9)).rows).toBeLessThan(plan(gpuOf(80e9, 12e9)).rows)
    expect(plan(gpuOf(10e9, null))).toEqual(plan(gpuOf(10e9, 9e9)))
    expect(() => plan(gpuOf(80e9, 1e9))).toThrow(/0 MB may be used, where 1000 MB are free/)
  })

  it('counts four bytes an element for a model of the CPU', () => {
    const forCpu = { conversion: { ...model.conversion!, target: 'cpu' } }
    expect(plan(gpuOf(8e9), 'cuda', forCpu).rows).toBeLessThan(plan(gpuOf(8e9)).rows / 1.9)
  })

  it('takes the host for the CPU, with smaller defaults', () => {
    expect(plan(null, 'cpu')).toEqual({ rows: 2, rowTokens: 8192, chunkTokens: 128 })
    expect(plan(null, 'webgpu').rows).toBe(1)
  })

  it('keeps what was asked for', () => {
    const asked = { ...config, slots: 100, slotTokens: 1024, chunkTokens: 64 }
    expect(planRuntime('cuda', model, asked, { hostFreeBytes: 0, gpu: gpuOf(80e9) })).toEqual({
      rows: 100,
      rowTokens: 1024,
      chunkTokens: 64,
    })
  })
})

/** Runs `keval-node convert` without --for. */
function convert(env: Record<string, string>): Promise<{ target: string; precision: string; notes: string }> {
  const out = join(temporaryFolder(), 'out')
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, 'convert', checkpoint('tiny-llama'), '--out', out, '--threads', '1'],
      { env: { ...process.env, KEVAL_CUDA_DIR: '/nowhere/cuda', ...env } },
      (error, _, notes) => {
        if (error) return reject(error)
        const { target, precision } = JSON.parse(readFileSync(join(out, 'conversion.json'), 'utf8'))
        resolve({ target, precision, notes })
      },
    )
  })
}

describe('what convert makes when no device is named', () => {
  it('is a model for the CPU on a machine without a GPU', async () => {
    const { target, precision, notes } = await convert(noDriver)
    expect([target, precision]).toEqual(['cpu', 'int8'])
    expect(notes).toContain('converting for the cpu: ')
  })

  it.skipIf(!hasCompiler)('is a model for CUDA where a GPU is usable (needs cc)', async () => {
    const { target, precision, notes } = await convert(fakeDriver({ gpus: [h100] }))
    expect([target, precision]).toEqual(['cuda', 'int4'])
    expect(notes).toContain(`converting for cuda: ${h100.name} is usable`)
    expect(notes).toContain('keval-node devices install cuda')
  })

  it.skipIf(!hasCompiler)('is a model for the CPU where the GPU is too old (needs cc)', async () => {
    const { target, notes } = await convert(fakeDriver({ gpus: [{ ...h100, capability: [6, 1] }] }))
    expect(target).toBe('cpu')
    expect(notes).toContain('compute capability 6.1; 7.5 is needed')
  })
})

describe('serve', () => {
  it('is not degraded on a machine without a GPU', async () => {
    const node = await startNode([], noDriver)
    expect(await readHealth(node)).toMatchObject({ provider: 'cpu', device: null, degraded: [] })
    await node.stop()
  })

  it('refuses CUDA in one line instead of falling back', async () => {
    const node = await launchNode(['--provider', 'cuda'], noDriver)
    expect(await node.ended).toBe(1)
    expect(node.output()).toMatch(
      /^keval-node serve: The model cannot be served: no runtime works: cuda: .*\n$/,
    )
  })

  it.skipIf(!hasCompiler)('warns of an idle GPU, with the commands that mend it (needs cc)', async () => {
    const driver = fakeDriver({ gpus: [h100] })
    const node = await startNode(['--model', embeddedModel], { ...noDriver, ...driver })
    const { provider, degraded } = await readHealth(node)
    expect(provider).toBe('cpu')
    expect(degraded.map(({ code }) => code)).toEqual(['libraries_missing', 'model_for_cpu'])
    await expect.poll(() => node.output()).toContain('WARNING: NVIDIA H100 80GB HBM3 is idle')
    expect(node.output()).toContain('Mend it with: keval-node devices install cuda')
    await node.stop()
    const onCpu = await startNode(['--provider', 'cpu'], { ...noDriver, ...driver })
    expect((await readHealth(onCpu)).degraded).toEqual([])
    await onCpu.stop()
  })

  it.skipIf(!hasCompiler)(
    'says how to mend a model of others that CUDA does not run (needs cc)',
    async () => {
      const KEVAL_CUDA_DIR = installedLibraries()
      const model = join(temporaryFolder(), 'foreign')
      cpSync(embeddedModel, model, { recursive: true })
      for (const name of ['conversion.json', 'certificate.json']) rmSync(join(model, name))
      const node = await startNode(['--model', model], { ...fakeDriver({ gpus: [h100] }), KEVAL_CUDA_DIR })
      expect((await readHealth(node)).degraded).toEqual([
        {
          code: 'cuda_failed',
          message: expect.stringContaining('is idle: cuda by io-binding: cannot load '),
          remedy: expect.stringContaining('keval-node convert CHECKPOINT --out DIRECTORY --for cuda'),
        },
      ])
      await node.stop()
    },
  )

  it.skipIf(!hasCompiler)('uses the GPU of --device, among those that are visible (needs cc)', async () => {
    const l4 = { ...h100, name: 'NVIDIA L4' }
    const env = { ...noDriver, ...fakeDriver({ gpus: [h100, l4] }) }
    const idle = async (args: string[], more = {}) => {
      const node = await startNode(args, { ...env, ...more })
      const { degraded } = await readHealth(node)
      await node.stop()
      return degraded[0]?.message.split(' is idle')[0]
    }
    expect(await idle(['--device', '1'])).toBe(l4.name)
    expect(await idle(['--device', '1'], { CUDA_VISIBLE_DEVICES: '1,0' })).toBe(h100.name)
    expect(await idle([], { CUDA_VISIBLE_DEVICES: '' })).toBe(undefined)
    const wrong = await launchNode(['--device', 'first'], env)
    expect(await wrong.ended).toBe(2)
    expect(wrong.output()).toContain('--device takes a whole number from 0')
  })
})

const libraries = process.env.KEVAL_TEST_CUDA_LIBRARIES
it.skipIf(!libraries || !hasCompiler)(
  'assembles the real libraries up to the missing device (KEVAL_TEST_CUDA_LIBRARIES=1 or =FOLDER)',
  async () => {
    const folder = libraries === '1' ? join(temporaryFolder(), 'cuda') : libraries!
    const run = (args: string[], env = {}) =>
      new Promise<{ output: string; code: unknown }>((resolve) => {
        execFile(process.execPath, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) =>
          resolve({ output: stdout + stderr, code: error ? (error.code ?? error.signal) : 0 }),
        )
      })
    if (libraries === '1') await run([cli, 'devices', 'install', 'cuda', '--dir', folder])
    const runtime = join(import.meta.dirname, '../../../inference-node/engine/runtime/io-binding-runtime.ts')
    const options = { provider: 'cuda', cudaFolder: folder, graphFile: join(embeddedModel, 'model.onnx') }
    const script = `import { IoBindingRuntime } from ${JSON.stringify(runtime)}
      try { new IoBindingRuntime(${JSON.stringify({ ...options, rows: 1, rowTokens: 64, chunkTokens: 32, threads: 1 })}) }
      catch (error) { console.log(error.name + ': ' + error.message) }
      process.exitCode = 3`
    const ended = await run(['--input-type=module', '-e', script], fakeDriver({ init: 100 }))
    const output = 'RuntimeError: CUDA failure 100: no CUDA-capable device is detected\n'
    expect(ended).toEqual({ output, code: 3 })
  },
  600_000,
)
