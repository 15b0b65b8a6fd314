import { availableParallelism } from 'node:os'
import type { ModelDirectory } from '../../model/directory.ts'
import type { EngineConfig } from '../protocol.ts'
import { type OpenedRuntime, openRuntime } from '../runtime/open-runtime.ts'
import type { Provider } from '../runtime/runtime.ts'
import { tune } from '../tuning/tune.ts'
import { readTunings, tuningFolders, writeTuning } from '../tuning/tuning-file.ts'
import { type TuningStatus, toTuningStatus } from '../tuning/tuning-status.ts'
import { planRuntime } from './plan-runtime.ts'
import { type Survey, toTuningKey } from './survey-model.ts'

/** Time limit of the measurement at a start. */
const startBudgetMs = 60_000

const shared: TuningStatus = {
  state: 'off',
  tuning: null,
  file: null,
  problem: 'several engines divide the device, for which nothing is measured',
}

/**
 * Opens a model with the settings that were measured for its device, as far as they were left open; the options of the
 * command line win. Measures first where the configuration asks for it and no result fits.
 */
export async function openTuned(
  directory: ModelDirectory,
  survey: Survey,
  config: EngineConfig,
  notify: (line: string) => void,
): Promise<{ opened: OpenedRuntime & { threads: number }; tuning: TuningStatus }> {
  // a digest that is not that of the files refuses the model later
  const digest = directory.conversion?.weightsDigest ?? (await directory.weightsDigest())
  const folders = tuningFolders(directory.path, digest)
  let tunings = await readTunings(folders)
  const toStatus = (provider: Provider) =>
    config.memoryShare < 1 ? shared : toTuningStatus(tunings, toTuningKey(survey, provider, digest))
  const open = async () => {
    let threads = 0
    const opened = await openRuntime(survey.choice, (provider) => {
      const tuned = toStatus(provider).tuning?.settings
      threads = config.threads ?? tuned?.threads ?? availableParallelism()
      const asked = { ...config, chunkTokens: config.chunkTokens ?? tuned?.chunkTokens ?? null }
      return {
        graphFile: directory.graphFile,
        sizes: directory,
        ...planRuntime(provider, directory, asked, survey.memory, tuned?.slots),
        cudaFolder: survey.libraries.folder,
        threads,
      }
    })
    return { ...opened, threads }
  }

  const opened = await open()
  const { provider, kind } = opened.runtime
  const status = toStatus(provider)
  const isWanted = config.tune === 'always' || (config.tune === 'auto' && provider === 'cuda')
  if (!isWanted || status.state === 'applied' || status.state === 'off') return { opened, tuning: status }
  opened.runtime.close()
  notify(
    `the settings for this device are measured, for ${startBudgetMs / 1000} s at most; --tune never skips this`,
  )
  try {
    const tuning = await tune(directory, {
      survey,
      provider,
      runtime: kind,
      weightsDigest: digest,
      maxThreads: config.threads ?? availableParallelism(),
      cacheBytes: config.cacheBytes,
      budgetMs: startBudgetMs,
      onProgress: notify,
    })
    await writeTuning(folders, tuning)
  } catch (error) {
    const problem = `the settings for this device could not be measured: ${(error as Error).message}`
    return { opened: await open(), tuning: { ...shared, state: 'failed', problem } }
  }
  tunings = await readTunings(folders)
  return { opened: await open(), tuning: toStatus(provider) }
}
