import { availableParallelism } from 'node:os'
import { planRuntime } from '../engine/process/plan-runtime.ts'
import { describeDevice, surveyModel } from '../engine/process/survey-model.ts'
import { findObstacle, openWithoutSelfTest } from '../engine/runtime/open-runtime.ts'
import { type Provider, type Runtime, RuntimeError } from '../engine/runtime/runtime.ts'
import { selfTest } from '../engine/runtime/self-test.ts'
import type { ModelDirectory } from '../model/directory.ts'
import { ModelError } from '../model/model-error.ts'
import type { ProbedDevice } from './attention-probe.ts'
import { PromptRunner } from './prompt-runner.ts'

export interface Certified {
  runtime: Runtime
  runner: PromptRunner
  device: ProbedDevice
  /** Name of the device that computes. */
  name: string
  driver: string | null
  cacheType: 'float32' | 'float16' | 'bfloat16'
  /** Why the engine would refuse the runtime; null when it would not. */
  selfTestFailure: string | null
}

const chunkTokens = 128

/**
 * Opens a model as the engine does, but goes on where the self-test fails, for the checks to say why.
 *
 * @throws ModelError when the model does not run on the provider
 */
export async function openCertified(
  directory: ModelDirectory,
  asked: Provider | 'auto',
  { rows, rowTokens, wrap }: { rows: number; rowTokens: number; wrap: (runtime: Runtime) => Runtime },
): Promise<Certified> {
  const survey = surveyModel(directory, { provider: asked, runtime: 'auto', memoryShare: 1 })
  const { choice, libraries, memory, diagnosis } = survey
  const provider = asked === 'auto' ? diagnosis.provider : asked
  const obstacle = findObstacle(provider, { ...choice, provider })
  if (obstacle) throw new ModelError(`${directory.path} cannot be certified on ${provider}: ${obstacle}`)
  try {
    const wanted = { slots: null, slotTokens: rowTokens, cacheBytes: null, chunkTokens }
    const options = {
      graphFile: directory.graphFile,
      sizes: directory,
      ...planRuntime(provider, directory, wanted, memory, rows),
      cudaFolder: libraries.folder,
      threads: availableParallelism(),
      provider,
    }
    const opened = await openWithoutSelfTest('io-binding', options).catch((error: Error) => {
      if (provider !== 'cpu') throw error
      return openWithoutSelfTest('binding', options) // where the C API cannot be reached
    })
    const runtime = wrap(opened)
    let selfTestFailure: string | null = null
    const rules = await selfTest(runtime, chunkTokens).catch((error: Error) => {
      selfTestFailure = error.message
      return { decodeMultiple: 1, alignedChunks: false }
    })
    return {
      runtime,
      runner: new PromptRunner(runtime, {
        limit: chunkTokens,
        aligned: rules.alignedChunks,
        multiple: rules.decodeMultiple,
      }),
      device: { provider, cudaFolder: libraries.folder },
      ...describeDevice(survey, provider),
      cacheType: runtime.cacheType,
      selfTestFailure,
    }
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error
    throw new ModelError(`${directory.path} does not run on ${provider}: ${error.message}`)
  }
}
