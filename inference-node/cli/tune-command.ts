import { availableParallelism } from 'node:os'
import { requireExactProducts } from '../convert/integer-probe.ts'
import { planRuntime } from '../engine/process/plan-runtime.ts'
import { surveyModel, toDeviceEnvironment } from '../engine/process/survey-model.ts'
import { openRuntime } from '../engine/runtime/open-runtime.ts'
import { RuntimeError } from '../engine/runtime/runtime.ts'
import { describeTuning } from '../engine/tuning/describe-tuning.ts'
import { tune } from '../engine/tuning/tune.ts'
import { tuningFolders, writeTuning } from '../engine/tuning/tuning-file.ts'
import { type ModelDirectory, openModelDirectory } from '../model/directory.ts'
import { ModelError } from '../model/model-error.ts'
import { choice, command, count, index, UsageError } from './command-line.ts'

const usage = `keval-node tune <directory> [options]

Measures which settings serve a model best on this device: chunks of prompts, rows of a step, threads. On the CPU it
also says which precision would serve better here. The result lies beside the model (in ~/.cache/keval-node/tuning where
that is read-only), holds for this device, driver, ONNX Runtime and these weights, and is used by serve; the options of
serve win. A setting changes only when it beats the default by more than the measurements spread. Every setting is
measured once before any is measured again: a short time gives a coarse answer, in which only a setting that is half
again as fast is taken. Stop other work first.

  --provider <provider>   auto (default), cpu, webgpu, cuda
  --runtime <runtime>     auto (default), io-binding, binding
  --device <number>       GPU among those that CUDA_VISIBLE_DEVICES shows (default 0)
  --threads <n>           most CPU threads (default: all)
  --cache-mb <n>          memory for the KV cache, as for serve
  --seconds <n>           no measurement is begun after so long (default 300)
  --json                  print the result as one JSON object`

/** `keval-node tune` */
export const tuneCommand = command(
  'tune',
  usage,
  {
    provider: { type: 'string' },
    runtime: { type: 'string' },
    device: { type: 'string' },
    threads: { type: 'string' },
    'cache-mb': { type: 'string' },
    seconds: { type: 'string' },
    json: { type: 'boolean' },
  },
  async ([path, ...rest], values, output) => {
    if (path === undefined || rest.length > 0) throw new UsageError('one model directory is needed')
    const device = index(values, 'device')
    const provider = choice(values, 'provider', ['auto', 'cpu', 'webgpu', 'cuda'], 'auto')
    const runtime = choice(values, 'runtime', ['auto', 'io-binding', 'binding'], 'auto')
    const maxThreads = count(values, 'threads', availableParallelism())
    const cacheBytes = values['cache-mb'] === undefined ? null : count(values, 'cache-mb', 1) * 1e6
    const budgetMs = count(values, 'seconds', 300) * 1000
    Object.assign(process.env, toDeviceEnvironment(device))

    const directory = await openModelDirectory(path)
    const weightsDigest = await directory.verifiedWeightsDigest()
    await requireExactProducts(directory.conversion)
    const survey = surveyModel(directory, { provider, runtime, memoryShare: 1 })
    const tuning = await asModelErrors(async () => {
      const chosen = await chooseRuntime(directory, survey, maxThreads)
      return tune(directory, {
        survey,
        ...chosen,
        weightsDigest,
        maxThreads,
        cacheBytes,
        budgetMs,
        onProgress: (line) => output.progress(line),
      })
    })
    output.progress(null)
    const file = await writeTuning(tuningFolders(directory.path, weightsDigest), tuning)
    if (values.json) output.answer(JSON.stringify({ file, ...tuning }))
    else for (const line of [...describeTuning(tuning), `kept in    ${file}`]) output.answer(line)
    return 0
  },
)

/** The provider and runtime that would serve the model. */
async function chooseRuntime(
  directory: ModelDirectory,
  { choice, memory, libraries }: ReturnType<typeof surveyModel>,
  threads: number,
) {
  const least = {
    slots: 1,
    slotTokens: Math.min(256, directory.contextLength),
    cacheBytes: null,
    chunkTokens: null,
  }
  const { runtime } = await openRuntime(choice, (provider) => ({
    graphFile: directory.graphFile,
    sizes: directory,
    ...planRuntime(provider, directory, least, memory),
    cudaFolder: libraries.folder,
    threads,
  }))
  runtime.close()
  return { provider: runtime.provider, runtime: runtime.kind }
}

async function asModelErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RuntimeError) throw new ModelError(error.message)
    throw error
  }
}
