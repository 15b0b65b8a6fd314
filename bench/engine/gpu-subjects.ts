import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import { type LlamaShape, randomCheckpoint, shapes } from '../convert/random-checkpoint.ts'
import { writeRandomGguf } from './gguf.ts'
import { type BenchProvider, isOnPath } from './gpu-machine.ts'
import { writeTokenizer } from './models.ts'
import { SubjectProcess } from './processes.ts'
import type { Result, Work } from './work.ts'

/** Something that does the works of the bench. */
export interface Subject {
  name: string
  weightBytes: number
  /** Bytes of an element of its cache. */
  cacheElementBytes: number
  /** Does all works of all rounds; null where it cannot do one. */
  measure(works: readonly Work[], onResult: (work: Work, result: Result | null) => void): Promise<void>
}

export interface SubjectRequest {
  folder: string
  shape: LlamaShape
  provider: BenchProvider
  /** Most answers at once. */
  rows: number
  threads: string
}

/** Tokens of a row: prompt and answer. */
export const rowTokens = 2048

type OwnPrecision = 'int8' | 'int4' | 'fp16'

/** Our precisions on each provider: the default, and on CUDA the one that compares with vLLM's weights of 16 bits. */
const precisions: Record<BenchProvider, OwnPrecision[]> = {
  cuda: ['int4', 'fp16'],
  webgpu: ['int4'],
  cpu: ['int8', 'int4'],
}

/** The subjects of a shape, and a line for each that is skipped. Models are made unless they are there. */
export async function makeSubjects(
  request: SubjectRequest,
): Promise<{ subjects: Subject[]; skipped: string[] }> {
  const subjects: Subject[] = []
  const skipped: string[] = []
  mkdirSync(request.folder, { recursive: true })
  const { shape, provider, folder, rows } = request
  for (const precision of precisions[provider]) {
    const model = await makeModel(request, precision)
    subjects.push({
      name: `this engine, ${precision}`,
      weightBytes: statSync(join(model, 'model.onnx.data')).size,
      cacheElementBytes: provider === 'cpu' ? 4 : 2,
      measure: inProcess('ours.ts', [model, request.threads, 'auto', provider, String(rows)]),
    })
  }
  if (!isOnPath('vllm')) skipped.push('vLLM: vllm is not on PATH (pip install vllm)')
  else if (provider === 'webgpu') skipped.push('vLLM: it has no WebGPU')
  else {
    const checkpoint = makeCheckpoint(request)
    writeTokenizer(checkpoint, shapes[shape].vocab_size)
    subjects.push({
      name: 'vLLM, bf16',
      weightBytes: sumBytes(checkpoint, '.safetensors'),
      cacheElementBytes: 2,
      measure: inProcess('completions.ts', ['vllm', checkpoint, String(rows), String(rowTokens), '0']),
    })
  }
  if (isOnPath('llama-server') || isOnPath('llama-bench')) {
    const file = join(folder, `${shape}-q4_0.gguf`)
    if (!existsSync(file)) writeRandomGguf(file, shape, 'q4_0')
    const layers = provider === 'cpu' ? '0' : '99'
    const isServer = isOnPath('llama-server')
    subjects.push({
      name: `llama.cpp, Q4_0${isServer ? '' : ' (llama-bench)'}`,
      weightBytes: statSync(file).size,
      cacheElementBytes: 2,
      measure: isServer
        ? inProcess('completions.ts', ['llama-server', file, String(rows), String(rowTokens), layers])
        : byLlamaBench(file, layers),
    })
  } else skipped.push('llama.cpp: neither llama-server nor llama-bench is on PATH')
  return { subjects, skipped }
}

async function makeModel(
  { folder, shape, provider }: SubjectRequest,
  precision: OwnPrecision,
): Promise<string> {
  const model = join(folder, `onnx-${shape}-${provider}-${precision}`)
  if (existsSync(model)) return model
  console.error(`making a model of random weights in ${model}`)
  const isKept = existsSync(join(folder, `checkpoint-${shape}`))
  const checkpoint = makeCheckpoint({ folder, shape })
  await convertCheckpoint(checkpoint, model, {
    precision,
    blockSize: precision === 'int4' ? 'mixed' : precision === 'int8' && provider === 'cpu' ? 'row' : 32,
    target: provider,
    activations: provider === 'cpu' ? 'int8' : 'full',
    contextLength: 4096,
    withoutReference: true, // what weights of chance say is of no interest
  })
  if (!isKept) rmSync(checkpoint, { recursive: true })
  return model
}

function makeCheckpoint({ folder, shape }: Pick<SubjectRequest, 'folder' | 'shape'>): string {
  const checkpoint = join(folder, `checkpoint-${shape}`)
  randomCheckpoint(checkpoint, shape)
  return checkpoint
}

const sumBytes = (folder: string, suffix: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)

/** A subject in a process of its own, alone: others would hold memory of the device. */
const inProcess =
  (file: string, args: string[]): Subject['measure'] =>
  async (works, onResult) => {
    const subject = await SubjectProcess.start(args[0]!, file, args)
    try {
      for (const work of works) onResult(work, await subject.run(work))
    } finally {
      await subject.stop()
    }
  }

/** The workloads of llama-bench: one row, or a prompt. */
const byLlamaBench =
  (file: string, layers: string): Subject['measure'] =>
  async (works, onResult) => {
    for (const work of works) {
      const options =
        work.kind === 'prefill'
          ? ['-p', String(work.tokens), '-n', '0']
          : work.kind === 'decode' && work.rows === 1
            ? ['-p', '0', '-n', String(work.tokens), '-d', String(work.context)]
            : null
      if (options === null) {
        onResult(work, null)
        continue
      }
      const args = ['-m', file, '-ngl', layers, '-r', '1', '-o', 'json', ...options]
      const output = execFileSync('llama-bench', args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const [{ avg_ts: rate }] = JSON.parse(output) as [{ avg_ts: number }]
      onResult(work, { units: rate, seconds: 1, cpuSeconds: 0 })
    }
  }
