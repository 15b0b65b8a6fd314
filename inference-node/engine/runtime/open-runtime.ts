import { existsSync } from 'node:fs'
import { ModelError } from '../../model/model-error.ts'
import { BindingRuntime } from './binding-runtime.ts'
import { IoBindingRuntime } from './io-binding-runtime.ts'
import { type Provider, type Runtime, RuntimeError, type RuntimeOptions } from './runtime.ts'
import { InconsistentChunks, type SelfTestResult, selfTest } from './self-test.ts'

/** Below the 32 tokens from which on attention kernels take other ways. */
const shortChunk = 31

interface Tested extends SelfTestResult {
  runtime: Runtime
  /** Most tokens of a prefill call; fewer than asked for where long chunks are computed wrongly. */
  chunkTokens: number
}

export interface OpenedRuntime extends Tested {
  /** One line for each runtime and provider that was tried, in order. */
  selection: string[]
}

export interface RuntimeChoice {
  provider: Provider | 'auto'
  runtime: Runtime['kind'] | 'auto'
  /** Hugging Face class name of the model. */
  architecture: string
  /** True if the weights are integers by row, which are multiplied on the CPU alone. */
  integersByRow: boolean
  /** Why CUDA cannot be used on this machine; null when nothing is known against it. */
  cudaObstacle: string | null
}

/**
 * Opens the first runtime that passes its self-test: the best provider first (cuda, webgpu, cpu) when it is left
 * open, and the C API before the binding.
 *
 * @throws RuntimeError with the reasons when none works
 */
export async function openRuntime(
  choice: RuntimeChoice,
  optionsFor: (provider: Provider) => Omit<RuntimeOptions, 'provider'>,
): Promise<OpenedRuntime> {
  const selection: string[] = []
  for (const provider of choice.provider === 'auto'
    ? (['cuda', 'webgpu', 'cpu'] as const)
    : [choice.provider])
    for (const kind of choice.runtime === 'auto' ? (['io-binding', 'binding'] as const) : [choice.runtime]) {
      if (kind === 'binding' && provider !== 'cpu') continue
      const obstacle = findObstacle(provider, choice)
      if (obstacle) {
        selection.push(`${provider}: ${obstacle}`)
        continue
      }
      try {
        const options = optionsFor(provider)
        const opened = await open(kind, { ...options, provider })
        selection.push(`${provider} by ${kind}: chosen, ${describe(opened, options)}`)
        return { ...opened, selection }
      } catch (error) {
        if (error instanceof ModelError) throw error
        selection.push(`${provider} by ${kind}: ${(error as Error).message}`)
      }
    }
  throw new RuntimeError(`no runtime works: ${selection.join('; ')}`)
}

/** @throws RuntimeError or ModelError when the library, the device or the graph cannot be used */
export const openWithoutSelfTest = async (
  kind: Runtime['kind'],
  options: RuntimeOptions,
): Promise<Runtime> => (kind === 'io-binding' ? new IoBindingRuntime(options) : BindingRuntime.open(options))

async function open(kind: Runtime['kind'], options: RuntimeOptions): Promise<Tested> {
  const runtime = await openWithoutSelfTest(kind, options)
  try {
    return await testChunks(runtime, options.chunkTokens)
  } catch (error) {
    runtime.close()
    throw error
  }
}

/** Takes shorter chunks when long ones are computed wrongly. */
async function testChunks(runtime: Runtime, chunkTokens: number): Promise<Tested> {
  try {
    return { runtime, chunkTokens, ...(await selfTest(runtime, chunkTokens)) }
  } catch (error) {
    if (!(error instanceof InconsistentChunks) || chunkTokens <= shortChunk) throw error
    return testChunks(runtime, shortChunk)
  }
}

/** Why a provider is not tried; null when it is. */
export function findObstacle(
  provider: Provider,
  { provider: asked, architecture, integersByRow, cudaObstacle }: RuntimeChoice,
): string | null {
  if (provider !== 'cpu' && integersByRow)
    return `the model was made for the CPU (int8 by row); convert it with --for ${provider}`
  if (provider === 'cuda') return cudaObstacle
  if (provider === 'webgpu' && architecture.startsWith('Gemma2'))
    return 'its attention ignores the softcap that Gemma 2 needs, so ratings would be wrong'
  if (provider === 'webgpu' && asked === 'auto' && process.platform === 'linux' && !existsSync('/dev/dri'))
    return 'there is no graphics device (/dev/dri)'
  return null
}

function describe(
  { runtime, batchInvariant, chunkTokens }: Tested,
  { chunkTokens: wanted }: Omit<RuntimeOptions, 'provider'>,
): string {
  const notes = [
    'self-test passed',
    `answers ${batchInvariant ? 'do not depend' : 'may depend'} on the batch`,
  ]
  if (chunkTokens < wanted)
    notes.push(`prompts in chunks of ${chunkTokens} tokens, for longer ones are computed wrongly here`)
  if (runtime.provider === 'cuda') notes.push('CUDA was never run by us')
  return notes.join(', ')
}
