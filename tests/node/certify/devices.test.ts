import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkAttention } from '../../../inference-node/certify/attention-checks.ts'
import { certify } from '../../../inference-node/certify/certify.ts'
import { readDecoderConfig } from '../../../inference-node/convert/checkpoint/decoder-config.ts'
import {
  type ComputingDevice,
  findUncertified,
  onDevice,
} from '../../../inference-node/engine/process/certificate-state.ts'
import type { RowLogits, Runtime } from '../../../inference-node/engine/runtime/runtime.ts'
import { type Certificate, openModelDirectory } from '../../../inference-node/model/directory.ts'
import { temporaryFolder } from '../convert/fixtures.ts'
import { tinyModel } from '../engine/fixtures.ts'
import { readHealth, startNode } from '../server/fixtures.ts'

let gemma: string
let sampling: string
beforeAll(async () => {
  gemma = await tinyModel('int8', 'tiny-gemma2')
  // a graph for CUDA in float32, which the CPU runs too
  sampling = await tinyModel('fp32', 'tiny-llama', 32, 'cuda')
})

/** Certifies a copy of a model through a runtime in which some methods are replaced. */
async function certifyWith(
  model: string,
  replace: (runtime: Runtime) => Partial<Runtime> = () => ({}),
): Promise<Certificate> {
  const copy = join(temporaryFolder(), 'model')
  cpSync(model, copy, { recursive: true })
  return certify(await openModelDirectory(copy), {
    provider: 'cpu',
    wrap: (runtime) => {
      const replaced = replace(runtime)
      return new Proxy(runtime, {
        get(target, name) {
          const value = name in replaced ? replaced[name as keyof Runtime] : Reflect.get(target, name, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  })
}

const failedChecks = ({ checks }: Certificate) =>
  checks.filter(({ passed }) => !passed).map(({ name }) => name)

/** The rows of a step, each changed. */
const changeRows =
  (
    runtime: Runtime,
    change: (logits: Float32Array, row: number, rows: number, length: number) => Float32Array,
  ) =>
  async (...[first, tokens, lengths]: Parameters<Runtime['decode']>): Promise<RowLogits[]> =>
    (await runtime.decode(first, tokens, lengths)).map(({ best, all }, row) => ({
      best,
      all: () => change(all(), row, tokens.length, lengths[row]!),
    }))

describe('a certificate', () => {
  it('records the device, and every check runs on the CPU', async () => {
    const certificate = await certifyWith(gemma)
    expect(certificate).toMatchObject({ passed: true, provider: 'cpu', driver: null, runtime: 'io-binding' })
    expect(certificate.device).toMatch(/, \d+ threads$/)
    expect(certificate.checks.map(({ name }) => name)).toEqual([
      'weights',
      'finite logits',
      'closeness',
      'agreement',
      'cache',
      'long prompts',
      'batch rows',
      'row copies',
      'sliding window',
      'logit softcap',
      'tokenizer',
      'digits',
      'attention with softcap 4 within 16',
      'attention with softcap 4',
    ])
    const detail = (name: string) => certificate.checks.find((check) => check.name === name)!.detail
    expect(detail('long prompts')).toMatch(/^logits, keys and values of 248 and 83 tokens are finite$/)
    expect(detail('batch rows')).toMatch(/^4 rows together differ from each alone by /)
    expect(detail('row copies')).toMatch(
      /^what follows a copied prefix of 32 tokens differs by 0\.0 of at most/,
    )
    expect(detail('sliding window')).toBe(
      '56 tokens cross the window of 16 in a prompt and in a step, in 2 layers',
    )
  })

  it('compares the sampling outputs of a graph that has them', async () => {
    const certificate = await certifyWith(sampling)
    expect(failedChecks(certificate)).toEqual([])
    expect(certificate.checks).toContainEqual({
      name: 'sampling outputs',
      passed: true,
      detail: expect.stringMatching(/^\d+ rows give the tokens that whole rows give$/),
    })
  })
})

describe('exactly one check fails', () => {
  it('where logits overflow behind long prompts', async () => {
    const broken = await certifyWith(gemma, (runtime) => ({
      decode: changeRows(runtime, (logits, _row, _rows, length) =>
        length > 200 ? logits.map((logit, id) => (id === 7 ? Number.POSITIVE_INFINITY : logit)) : logits,
      ),
    }))
    expect(failedChecks(broken)).toEqual(['long prompts'])
  })

  it('where keys or values overflow without a trace in the logits', async () => {
    const broken = await certifyWith(gemma, (runtime) => ({
      readCache(layer, part, row, tokens) {
        const values = runtime.readCache(layer, part, row, tokens)!
        if (layer === 2 && part === 'value' && tokens > 100) values[tokens * 3] = Number.NaN
        return values
      },
    }))
    expect(failedChecks(broken)).toEqual(['long prompts'])
    expect(broken.checks.find(({ name }) => name === 'long prompts')!.detail).toBe(
      'values of layer 2 are not finite within 256 tokens',
    )
  })

  it.each([
    ['a row gets the logits of its neighbour', (row: number) => (row === 2 ? 3 : row)],
    ['all rows get those of the first', () => 0],
  ])('where %s', async (_, source) => {
    const broken = await certifyWith(gemma, (runtime) => ({
      async decode(...step) {
        const rows = await runtime.decode(...step)
        return rows.length < 4 ? rows : rows.map((_row, index) => rows[source(index)]!)
      },
    }))
    expect(failedChecks(broken)).toEqual(['batch rows'])
  })

  it('where idle rows lose what they hold', async () => {
    const broken = await certifyWith(gemma, (runtime) => ({
      decode: (first, tokens, lengths) =>
        runtime.decode(
          first,
          tokens.map((token) => token ?? 1),
          lengths.map((length, row) => (tokens[row] === null ? 1 : length)),
        ),
    }))
    expect(failedChecks(broken)).toEqual(['batch rows'])
  })

  it.each([
    [
      'a token short',
      (runtime: Runtime) => (from: number, to: number, tokens: number) =>
        runtime.copyRow(from, to, tokens - 1),
    ],
    ['not at all', () => () => {}],
    [
      'into the wrong row',
      (runtime: Runtime) => (from: number, to: number, tokens: number) => runtime.copyRow(to, from, tokens),
    ],
  ])('where rows are copied %s', async (_, copyRow) => {
    const broken = await certifyWith(gemma, (runtime) => ({ copyRow: copyRow(runtime) }))
    expect(failedChecks(broken)).toEqual(['row copies'])
  })

  interface Change {
    values?: (values: Float32Array) => Float32Array
    ids?: (ids: Int32Array) => Int32Array
    sum?: (sum: number) => number
  }
  it.each<[string, Change]>([
    ['the best logits are out of order', { values: (values: Float32Array) => values.toReversed() }],
    ['tokens are those of another row', { ids: (ids: Int32Array) => ids.map((id) => (id + 1) % 512) }],
    ['the sum is off', { sum: (sum: number) => sum * 1.001 }],
  ])('where %s', async (_, change) => {
    const broken = await certifyWith(sampling, (runtime) => ({
      async decode(...step) {
        return (await runtime.decode(...step)).map(({ best, all }) => ({
          all,
          best: {
            values: change.values?.(best!.values) ?? best!.values,
            ids: change.ids?.(best!.ids) ?? best!.ids,
            sum: change.sum?.(best!.sum) ?? best!.sum,
          },
        }))
      },
    }))
    expect(failedChecks(broken)).toEqual(['sampling outputs'])
  })

  /** The model says one thing, its graph another: the graph was made for another config. */
  async function certifyGraphOf(change: Record<string, unknown>, made = gemma): Promise<Certificate> {
    const model = join(temporaryFolder(), 'model')
    cpSync(made, model, { recursive: true })
    const file = join(model, 'config.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
    return certify(await openModelDirectory(model), { provider: 'cpu' })
  }

  it.each([15, 12, 8])('where the graph sees 16 tokens and its model %i', async (sliding_window) => {
    const certificate = await certifyGraphOf({ sliding_window })
    expect(failedChecks(certificate)).toEqual(['sliding window'])
  })

  it.each([
    [
      'a third layer sees everything',
      [true, true, true, true],
      /^layer 2 sees, by .* of what shows within, beyond its window of 16 in a prompt of 56 tokens$/,
    ],
    [
      'the last layer does not see the first tokens',
      [true, true, false, false],
      /^layer 3 has no window, but does not see the first of 56 tokens$/,
    ],
  ])('where %s against its model', async (_, hasWindow, detail) => {
    const layer_types = hasWindow.map((has) => (has ? 'sliding_attention' : 'full_attention'))
    const certificate = await certifyGraphOf({ layer_types }, await tinyModel('int8', 'tiny-gemma3'))
    expect(failedChecks(certificate)).toEqual(['sliding window'])
    expect(certificate.checks.find(({ name }) => name === 'sliding window')!.detail).toMatch(detail)
  })

  it('where the graph does not cap its logits', async () => {
    const certificate = await certifyGraphOf({ final_logit_softcapping: 0.001 })
    expect(failedChecks(certificate)).toEqual(['logit softcap'])
  })

  it.each([
    ['softcap', { asAsked: 0.3, withoutSoftcap: 1e-6, withoutWindow: 0.2 }],
    ['window', { asAsked: 0.3, withoutSoftcap: 0.2, withoutWindow: 1e-6 }],
  ])('where the operator of the provider ignores the %s', async (ignored, findings) => {
    const config = readDecoderConfig(JSON.parse(readFileSync(join(gemma, 'config.json'), 'utf8')))
    const device = { provider: 'cpu', cudaFolder: '' } as const
    const sound = await checkAttention(config, device, 'float32')
    expect(sound.every(({ passed }) => passed)).toBe(true)
    const [local] = await checkAttention(config, device, 'float32', async () => findings)
    expect(local).toEqual({
      name: 'attention with softcap 4 within 16',
      passed: false,
      detail: `the ${ignored} is ignored`,
    })
  })

  it('where the runtime is refused for what no other check sees', async () => {
    let steps = 0
    const broken = await certifyWith(gemma, (runtime) => ({
      // the very first step alone
      decode: changeRows(runtime, (logits) => (steps++ === 0 ? logits.map(() => Number.NaN) : logits)),
    }))
    expect(failedChecks(broken)).toEqual(['self-test'])
  })
})

describe('a certificate on a GPU', () => {
  const l4 = { provider: 'cuda', name: 'NVIDIA L4' } as const
  const issued = (provider: string, device?: string) => ({
    path: '/model',
    certificate: { passed: true, provider, device, checks: [] } as unknown as Certificate,
  })
  const codes = (directory: Parameters<typeof findUncertified>[0], used: ComputingDevice) =>
    findUncertified(directory, used).map(({ code }) => code)

  it('holds for a GPU of that name alone', () => {
    expect(codes(issued('cuda', 'NVIDIA L4'), l4)).toEqual([])
    expect(codes(issued('cuda', 'NVIDIA H100'), l4)).toEqual(['certified_elsewhere'])
    expect(codes(issued('cuda'), l4)).toEqual(['certified_elsewhere'])
    expect(codes(issued('cpu', 'x, 2 threads'), l4)).toEqual(['certified_elsewhere'])
    expect(codes({ path: '/model', certificate: null }, l4)).toEqual(['not_certified'])
    const passed = { state: 'passed' } as const
    expect(onDevice(passed, issued('cuda', 'NVIDIA L4'), l4)).toEqual(passed)
    expect(onDevice(passed, issued('cuda', 'NVIDIA H100'), l4)).toEqual({ state: 'missing' })
  })

  it('of one processor holds for others', () => {
    const here = { provider: 'cpu', name: 'another, 64 threads' } as const
    expect(codes(issued('cpu', 'x, 2 threads'), here)).toEqual([])
    expect(codes({ path: '/model', certificate: null }, here)).toEqual([])
  })
})

describe('a node on another device than was certified', () => {
  it('says so with the command that certifies there', async () => {
    const model = join(temporaryFolder(), 'model')
    cpSync(await tinyModel('int8'), model, { recursive: true })
    await certify(await openModelDirectory(model), { provider: 'cpu' })
    const serve = async () => {
      const node = await startNode(['--model', model], { KEVAL_CUDA_DRIVER: '/nowhere' })
      const { degraded, certificate } = await readHealth(node)
      await node.stop()
      return { degraded, certificate, output: node.output() }
    }
    expect(await serve()).toMatchObject({ degraded: [], certificate: { state: 'passed' } })
    const file = join(model, 'certificate.json')
    const issued = { ...JSON.parse(readFileSync(file, 'utf8')), provider: 'cuda', device: 'NVIDIA L4' }
    writeFileSync(file, JSON.stringify(issued))
    const elsewhere = await serve()
    expect(elsewhere).toMatchObject({
      certificate: { state: 'missing' },
      degraded: [
        {
          code: 'certified_elsewhere',
          message: expect.stringMatching(
            /was issued on NVIDIA L4 by cuda, but the node computes on .* threads by cpu$/,
          ),
          remedy: `keval-node certify ${model} --provider cpu`,
        },
      ],
    })
    expect(elsewhere.output).toContain('WARNING: the certificate of ')
  })
})
