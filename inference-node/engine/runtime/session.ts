import type { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import type { RuntimeOptions } from './runtime.ts'

const errorsAndWorse = 3
const allOptimizations = 99

let environment: bigint | null = null

/**
 * A session of a graph on the provider.
 *
 * @throws RuntimeError when the device or the graph is refused
 */
export function openSession(
  library: OnnxRuntimeLibrary,
  graphFile: string,
  { provider, threads }: Pick<RuntimeOptions, 'provider' | 'threads'>,
): bigint {
  environment ??= library.make('createEnv', errorsAndWorse, 'keval-node')
  const options = library.make('createSessionOptions')
  try {
    library.call('setGraphOptimizationLevel', options, allOptimizations)
    library.call('setIntraOpThreads', options, threads)
    if (provider === 'webgpu') library.call('appendProvider', options, 'WebGPU', null, null, 0)
    if (provider === 'cuda') library.call('appendCuda', options, library.make('createCudaOptions'))
    return library.make('createSession', environment, graphFile, options)
  } finally {
    library.release('releaseSessionOptions', options)
  }
}
