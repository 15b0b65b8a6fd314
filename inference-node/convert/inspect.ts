import { DecoderSession } from '../model/decoder-session.ts'
import type { ModelDirectory } from '../model/directory.ts'

/** Memory of a model, in bytes. */
export interface MemoryEstimate {
  /** The weights, as they lie on disk and about as they lie in memory. */
  weights: number
  /** Keys and values of one token of one slot. */
  cachePerToken: number
  /** Keys and values of all slots. */
  cache: number
}

export interface Inspection {
  cacheType: 'float32' | 'float16'
  /** Providers whose kernels the model fits, and why others do not. */
  providers: { name: 'cpu' | 'webgpu' | 'cuda'; fits: boolean; reason: string }[]
  memory: MemoryEstimate
}

/** Opens the graph of a model directory on the CPU and describes it and its memory needs. */
export async function inspectModel(
  directory: ModelDirectory,
  slots: number,
  tokens: number,
): Promise<Inspection> {
  const session = await DecoderSession.open(directory, 'cpu')
  const { cacheType, kvHeads, headSize, cache } = session.graph
  await session.close()
  // Keys and values, of every layer.
  const cachePerToken = 2 * cache.length * kvHeads * headSize * (cacheType === 'float32' ? 4 : 2)
  return {
    cacheType,
    providers: providersFor(directory, cacheType),
    memory: {
      weights: directory.weightBytes,
      cachePerToken,
      cache: cachePerToken * slots * tokens,
    },
  }
}

function providersFor(directory: ModelDirectory, cacheType: 'float32' | 'float16'): Inspection['providers'] {
  const half = cacheType === 'float16'
  const softcap = directory.architecture.startsWith('Gemma2')
  const gpu = (name: 'webgpu' | 'cuda') => {
    if (directory.conversion?.blockSize === 'row')
      return {
        fits: false,
        reason: `its integers by row are multiplied on the CPU alone; convert --for ${name}`,
      }
    if (name === 'webgpu' && softcap)
      return {
        fits: false,
        reason: 'its attention operator ignores the softcap of Gemma 2: ratings would be wrong',
      }
    return {
      fits: true,
      reason:
        half && directory.conversion
          ? 'made for it'
          : `runs; a conversion --for ${name} halves cache and activations`,
    }
  }
  return [
    {
      name: 'cpu',
      fits: true,
      reason: half
        ? 'runs, but slower than a conversion --for cpu: its kernels prefer float32'
        : directory.conversion
          ? 'made for it'
          : 'runs: its cache has the numbers that the kernels of the CPU prefer',
    },
    { name: 'webgpu', ...gpu('webgpu') },
    { name: 'cuda', ...gpu('cuda') },
  ]
}
