import type { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import type { RuntimeOptions } from './runtime.ts'

const errorsAndWorse = 3
const allOptimizations = 99

/** One for each library, by its path. */
const environments = new Map<string, bigint>()

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
  const environment = getEnvironment(library)
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

function getEnvironment(library: OnnxRuntimeLibrary): bigint {
  const known = environments.get(library.file)
  if (known !== undefined) return known
  const made = library.make('createEnv', errorsAndWorse, 'keval-node')
  environments.set(library.file, made)
  return made
}
