import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { BindingRuntime } from '../../../inference-node/engine/runtime/binding-runtime.ts'
import { IoBindingRuntime } from '../../../inference-node/engine/runtime/io-binding-runtime.ts'
import { planMemory } from '../../../inference-node/engine/runtime/memory-plan.ts'
import { openRuntime } from '../../../inference-node/engine/runtime/open-runtime.ts'
import {
  type Runtime,
  RuntimeError,
  type RuntimeOptions,
} from '../../../inference-node/engine/runtime/runtime.ts'
import { largest } from '../../../inference-node/engine/sampling/sampler.ts'
import { toCause } from '../../../inference-node/model/model-error.ts'
import { checkpoint, reference } from '../convert/fixtures.ts'
import { madeUpTokens, tinyModel } from './fixtures.ts'

const opened: Runtime[] = []
afterEach(() => {
  for (const runtime of opened.splice(0)) runtime.close()
})

const kinds = {
  'io-binding': async (options: RuntimeOptions): Promise<Runtime> => new IoBindingRuntime(options),
  binding: (options: RuntimeOptions): Promise<Runtime> => BindingRuntime.open(options),
}

async function open(kind: keyof typeof kinds, model: string, rows = 3, rowTokens = 256): Promise<Runtime> {
  const graphFile = join(model, 'model.onnx')
  const runtime = await kinds[kind]({
    graphFile,
    provider: 'cpu',
    rows,
    rowTokens,
    chunkTokens: 256,
    threads: 2,
  })
  opened.push(runtime)
  return runtime
}

/** The logits of a step, kept beyond it. */
async function decodeAll(runtime: Runtime, ...step: Parameters<Runtime['decode']>): Promise<Float32Array[]> {
  return (await runtime.decode(...step)).map(({ all }) => all().slice())
}

describe.each(['io-binding', 'binding'] as const)('the runtime by %s', (kind) => {
  it.each(['tiny-llama', 'tiny-gemma2'])('gives the greedy tokens of the reference for %s', async (name) => {
    const runtime = await open(kind, await tinyModel('fp32', name))
    const { prompts, greedy } = reference(name)
    const chosen = prompts.map((prompt, index) => ({ prompt, expected: greedy[index]! }))
    for (const { prompt, expected } of chosen.filter((each) => each.prompt.length + 64 < 256)) {
      if (prompt.length > 1) await runtime.prefill(1, 0, prompt.slice(0, -1))
      const tokens = [...prompt]
      while (tokens.length < prompt.length + 32)
        tokens.push(largest((await runtime.decode(1, [tokens.at(-1)!], [tokens.length]))[0]!.all()))
      expect(tokens.slice(prompt.length)).toEqual(expected.slice(0, 32))
    }
  })

  it.each([32, 'row'] as const)('computes ragged rows together as each alone, block %s', async (block) => {
    const runtime = await open(kind, await tinyModel('int8', 'tiny-llama', block))
    const prompts = [20, 43, 9].map((length, seed) => madeUpTokens(length, seed))
    const alone: Float32Array[] = []
    for (const [row, prompt] of prompts.entries()) {
      await runtime.prefill(row, 0, prompt)
      alone.push((await decodeAll(runtime, row, [5 + row], [prompt.length + 1]))[0]!)
    }
    const lengths = prompts.map(({ length }) => length + 1)
    expect(await decodeAll(runtime, 0, [5, 6, 7], lengths)).toEqual(alone)
  })

  it.each([32, 'row'] as const)('leaves what idle rows of a step hold, block %s', async (block) => {
    const runtime = await open(kind, await tinyModel('int8', 'tiny-llama', block))
    const prompts = [20, 43, 9].map((length, seed) => madeUpTokens(length, seed))
    for (const [row, prompt] of prompts.entries()) await runtime.prefill(row, 0, prompt)
    const lengths = prompts.map(({ length }) => length + 1)
    const before = await decodeAll(runtime, 0, [5, 6, 7], lengths)
    await runtime.decode(0, [null, 8, null], lengths)
    await runtime.decode(1, [null, 9], lengths.slice(1))
    expect(await decodeAll(runtime, 0, [5, 6, 7], lengths)).toEqual(before)
    const among = await decodeAll(runtime, 0, [null, 6, null], lengths)
    expect(among[1]).toEqual(before[1])
  })

  it('refuses more tokens than a row has', async () => {
    const runtime = await open(kind, await tinyModel('int8'), 1, 32)
    await expect(runtime.prefill(0, 20, madeUpTokens(13, 1))).rejects.toThrow(
      '33 tokens do not fit a row of 32',
    )
  })
})

describe('the choice of a runtime', () => {
  const options = { rows: 2, rowTokens: 128, chunkTokens: 64, threads: 1 }

  it('says what was tried, and why something was left out', async () => {
    const graphFile = join(await tinyModel('int4'), 'model.onnx')
    const choice = {
      provider: 'auto',
      runtime: 'auto',
      architecture: 'Gemma2ForCausalLM',
      integersByRow: false,
      cudaObstacle: 'no GPU',
    } as const
    const { runtime, selection, batchInvariant } = await openRuntime(choice, () => ({
      ...options,
      graphFile,
    }))
    opened.push(runtime)
    expect(batchInvariant).toBe(true)
    expect(selection.find((line) => line.startsWith('webgpu'))).toMatch(/softcap/)
    expect(selection.at(-1)).toMatch(new RegExp(`^${runtime.provider} by ${runtime.kind}: chosen`))
  })

  it.each([
    ['int4', 'mixed'],
    ['int8', 'row'],
    ['int8', 128],
  ] as const)('finds no row that needs company in %s, block %s', async (precision, block) => {
    const graphFile = join(await tinyModel(precision, 'tiny-llama', block), 'model.onnx')
    const choice = {
      provider: 'cpu',
      runtime: 'auto',
      architecture: 'LlamaForCausalLM',
      integersByRow: false,
      cudaObstacle: 'no GPU',
    } as const
    const rules = await openRuntime(choice, () => ({ ...options, rows: 4, graphFile }))
    opened.push(rules.runtime)
    expect(rules).toMatchObject({ batchInvariant: true, decodeMultiple: 1, alignedChunks: false })
  })

  it('keeps weights made for the CPU there, and says so', async () => {
    const graphFile = join(await tinyModel('int8', 'tiny-llama', 'row'), 'model.onnx')
    const choice = {
      provider: 'auto',
      runtime: 'auto',
      architecture: 'LlamaForCausalLM',
      integersByRow: true,
      cudaObstacle: 'no GPU',
    } as const
    const { runtime, selection } = await openRuntime(choice, () => ({ ...options, graphFile }))
    opened.push(runtime)
    expect(runtime.provider).toBe('cpu')
    expect(selection[0]).toBe(
      'cuda: the model was made for the CPU (int8 by row); convert it with --for cuda',
    )
    expect(selection[1]).toMatch(/^webgpu: .*--for webgpu$/)
  })

  it('ends with all reasons when nothing works', async () => {
    const graphFile = join(checkpoint('tiny-llama'), 'model.safetensors')
    const choice = {
      provider: 'cpu',
      runtime: 'auto',
      architecture: 'LlamaForCausalLM',
      integersByRow: false,
      cudaObstacle: 'no GPU',
    } as const
    const failing = openRuntime(choice, () => ({ ...options, graphFile }))
    await expect(failing).rejects.toThrow(/no runtime works: cpu by io-binding: .*; cpu by binding: /)
  })
})

describe('the memory plan', () => {
  const request = {
    tokenBytes: 1000,
    contextLength: 4096,
    budgetBytes: 100e6 as number | null,
    freeBytes: 400e6,
    weightBytes: 300e6,
    workspaceBytes: 0,
    cacheShare: 0.5,
    maxSlots: 8,
    slots: null,
    slotTokens: null,
  }

  it('takes what the model and the defaults allow', () => {
    expect(planMemory(request)).toEqual({ slots: 8, slotTokens: 4096, cacheBytes: 8 * 4096 * 1000 })
  })

  it('gives up slots before their length', () => {
    expect(planMemory({ ...request, budgetBytes: 10e6 })).toMatchObject({ slots: 2, slotTokens: 4096 })
    expect(planMemory({ ...request, budgetBytes: 2e6 })).toMatchObject({ slots: 1, slotTokens: 2000 })
  })

  it('takes half of what the weights leave when nothing was said', () => {
    expect(planMemory({ ...request, budgetBytes: null })).toMatchObject({ slots: 8, slotTokens: 4096 })
    const tight = { ...request, budgetBytes: null, freeBytes: 324e6 }
    expect(planMemory(tight)).toMatchObject({ slots: 2, slotTokens: 4096 })
    const none = () => planMemory({ ...request, budgetBytes: null, freeBytes: 200e6 })
    expect(none).toThrow(/0 MB may be used, where 200 MB are free and the weights take 300 MB/)
  })

  it('refuses what does not fit, naming sizes and options', () => {
    const tooMany = () => planMemory({ ...request, slots: 32 })
    expect(tooMany).toThrow(RuntimeError)
    expect(tooMany).toThrow(/32 slots of 4096 tokens need 132 MB.*100 MB.*--slots/)
    expect(() => planMemory({ ...request, slotTokens: 5000 })).toThrow(/5000 tokens a slot.*4096/)
    expect(() => planMemory({ ...request, budgetBytes: 1000 })).toThrow(/need/)
  })
})

it('pins the version of ONNX Runtime that the engine was written for', () => {
  const { dependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
  )
  const source = join(import.meta.dirname, '../../../inference-node/engine/runtime/onnxruntime-library.ts')
  expect(readFileSync(source, 'utf8')).toContain(`pinnedVersion = '${dependencies['onnxruntime-node']}'`)
})

describe('an error of ONNX Runtime', () => {
  it.each([
    [
      '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:129 std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true; SUCCTYPE = cudaError] CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=box ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=282 ; expr=cudaSetDevice(info_.device_id);',
      'CUDA failure 100: no CUDA-capable device is detected',
    ],
    [
      '/build/onnxruntime/core/providers/webgpu/webgpu_context.cc:88 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
      'Failed to get a WebGPU adapter: No supported adapters',
    ],
    [
      'Load model from model.onnx failed:\nProtobuf parsing failed.',
      'Load model from model.onnx failed: Protobuf parsing failed.',
    ],
  ])('is one plain line with the cause: %#', (message, cause) => {
    expect(toCause(message)).toBe(cause)
  })
})
