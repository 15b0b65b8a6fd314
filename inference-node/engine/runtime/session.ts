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
export const openSession = (
  library: OnnxRuntimeLibrary,
  graphFile: string,
  options: SessionOptions,
): bigint =>
  withOptions(library, options, (environment, made) =>
    library.make('createSession', environment, graphFile, made),
  )

/**
 * A session of a graph in memory.
 *
 * @throws RuntimeError when the device or the graph is refused
 */
export const openSessionFromBytes = (
  library: OnnxRuntimeLibrary,
  graph: Uint8Array,
  options: SessionOptions,
): bigint =>
  withOptions(library, options, (environment, made) =>
    library.make('createSessionFromArray', environment, graph, graph.length, made),
  )

type SessionOptions = Pick<RuntimeOptions, 'provider' | 'threads'>

function withOptions(
  library: OnnxRuntimeLibrary,
  { provider, threads }: SessionOptions,
  open: (environment: bigint, options: bigint) => bigint,
): bigint {
  const environment = getEnvironment(library)
  const options = library.make('createSessionOptions')
  try {
    library.call('setGraphOptimizationLevel', options, allOptimizations)
    library.call('setIntraOpThreads', options, threads)
    if (provider === 'webgpu') library.call('appendProvider', options, 'WebGPU', null, null, 0)
    if (provider === 'cuda') library.call('appendCuda', options, library.make('createCudaOptions'))
    return open(environment, options)
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
