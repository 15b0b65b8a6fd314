import { availableParallelism } from 'node:os'
import type { CertificateState } from '../../../schema/api/node-status.ts'
import { demandExactProducts } from '../../convert/integer-probe.ts'
import { cudaFolder, findCudaLibraries } from '../../devices/cuda-libraries.ts'
import { machineSources, readDeviceReport } from '../../devices/device-report.ts'
import { convertForCuda, type Diagnosis, diagnose, type Problem } from '../../devices/diagnosis.ts'
import { type ModelDirectory, openModelDirectory } from '../../model/directory.ts'
import { ModelError } from '../../model/model-error.ts'
import { loadTokenizer } from '../../model/tokenizer.ts'
import { Engine, type EngineOptions } from '../engine.ts'
import type { EngineConfig, LoadedModel } from '../protocol.ts'
import { type OpenedRuntime, openRuntime } from '../runtime/open-runtime.ts'
import type { SamplingParameters } from '../sampling/parameters.ts'
import { Sampler } from '../sampling/sampler.ts'
import { RatingTokens } from '../text/rating-distribution.ts'
import { planRuntime, tokenBytes } from './plan-runtime.ts'
import { PromptThread } from './prompt-thread.ts'

/** Values of keval's model card, used where generation_config.json has none. */
const cardTemperature = 0.7
const cardAnswerTokens = 4096

/**
 * Loads a model and everything that generating from it takes.
 *
 * @throws ModelError or RuntimeError with a one-line message
 */
export async function loadEngine(
  config: EngineConfig,
  emit: EngineOptions['emit'],
): Promise<{ engine: Engine; model: LoadedModel }> {
  const startedAt = performance.now()
  const directory = await openModelDirectory(config.modelDirectory)
  const verifying = directory.verifiedWeightsDigest()
  verifying.catch(() => {}) // awaited below, once the model is loaded beside it
  const tokenizer = await loadTokenizer(directory.path, directory.vocabularySize)
  if (!tokenizer.hasChatTemplate)
    throw new ModelError(
      `${directory.path} has no chat template, so every request would be refused: add chat_template.jinja`,
    )
  await demandExactProducts(directory.conversion)
  const integersByRow = directory.conversion?.blockSize === 'row'
  const libraries = findCudaLibraries(cudaFolder())
  const diagnosis = diagnose(readDeviceReport(machineSources()), libraries, {
    path: directory.path,
    forCpu: directory.conversion?.target === 'cpu',
  })
  const memory = toShare(config.memoryShare, process.availableMemory(), diagnosis.gpu)
  const opened = await openRuntime(
    {
      provider: config.provider,
      runtime: config.runtime,
      architecture: directory.architecture,
      integersByRow,
      cudaObstacle: toObstacle(diagnosis, config.provider),
    },
    (provider) => ({
      graphFile: directory.graphFile,
      sizes: directory,
      ...planRuntime(provider, directory, config, memory),
      cudaFolder: libraries.folder,
      threads: config.threads ?? availableParallelism(),
    }),
  )
  const { runtime } = opened
  const weightsDigest = await verifying
  const certificate = checkCertificate(directory, weightsDigest, config.force)
  const prompts = new PromptThread({
    modelDirectory: directory.path,
    rowTokens: runtime.rowTokens,
    vocabularySize: directory.vocabularySize,
  })
  const engine = new Engine({
    runtime,
    model: {
      tokenizer,
      sampler: new Sampler(runtime.vocabularySize),
      ratingTokens: new RatingTokens(tokenizer),
      endOfSequence: new Set([...directory.endOfSequenceTokens, ...tokenizer.endTokens]),
    },
    samplingDefaults: samplingDefaults(directory),
    answerTokens: directory.answerTokens ?? cardAnswerTokens,
    chunks: {
      limit: opened.chunkTokens,
      aligned: opened.alignedChunks,
      multiple: opened.decodeMultiple,
    },
    decodeMultiple: opened.decodeMultiple,
    encodePrompt: ({ tenant, messages }) => prompts.encode(tenant, messages),
    now: () => performance.now(),
    emit,
  })
  return {
    engine,
    model: {
      id: directory.id,
      revision: directory.revision,
      architecture: directory.architecture,
      precision: directory.precision,
      weightsDigest,
      contextLength: directory.contextLength,
      certificate: onProvider(certificate, directory.certificate?.provider, runtime.provider),
      provider: runtime.provider,
      runtime: runtime.kind,
      selection: opened.selection,
      slots: runtime.rows,
      slotTokens: runtime.rowTokens,
      cacheBytes: runtime.rows * runtime.rowTokens * tokenBytes(directory),
      device: runtime.provider === 'cuda' ? diagnosis.gpu : null,
      degraded: findDegradations(diagnosis, config.provider, opened, directory.conversion === null),
      batchInvariant: opened.batchInvariant,
      loadMs: performance.now() - startedAt,
    },
  }
}

const toShare = (share: number, hostFreeBytes: number, gpu: Diagnosis['gpu']) => ({
  hostFreeBytes: hostFreeBytes * share,
  gpu: gpu && share < 1 ? { ...gpu, freeBytes: (gpu.freeBytes ?? gpu.totalBytes) * share } : gpu,
})

/**
 * Why CUDA need not be tried. A model made for the CPU may still hold operators that a GPU has: it is tried there when
 * that was asked for.
 */
function toObstacle({ gpu, why, problems }: Diagnosis, asked: EngineConfig['provider']): string | null {
  if (!gpu) return why
  const serious = problems.find(({ code }) => code !== 'model_for_cpu' || asked !== 'cuda')
  return serious ? `${serious.message}; ${serious.remedy}` : null
}

/**
 * What makes the node slower than this machine could be; nothing where a provider was asked for by name.
 *
 * @param isForeign another program made the model, so that it may have operators that CUDA lacks
 */
function findDegradations(
  { provider: fitting, gpu, problems }: Diagnosis,
  asked: EngineConfig['provider'],
  { runtime, selection }: Pick<OpenedRuntime, 'runtime' | 'selection'>,
  isForeign: boolean,
): Problem[] {
  if (asked !== 'auto' || runtime.provider === 'cuda') return []
  if (fitting !== 'cuda' || !gpu) return problems
  const cause = selection.find((line) => line.startsWith('cuda by')) ?? 'cuda was not chosen'
  return [
    {
      code: 'cuda_failed',
      message: `${gpu.name} is idle: ${cause}`,
      remedy: isForeign
        ? convertForCuda
        : 'run keval-node doctor, then serve with --provider cuda to see the error alone',
    },
  ]
}

function samplingDefaults({ samplingDefaults: own }: ModelDirectory): SamplingParameters {
  return {
    temperature: own.doSample === false ? 0 : (own.temperature ?? cardTemperature),
    topP: own.topP ?? 1,
    topK: own.topK ?? 0,
    minP: 0,
    repetitionPenalty: own.repetitionPenalty ?? 1,
  }
}

/** A certificate holds for its own provider only. */
function onProvider(
  certificate: CertificateState,
  certified: string | undefined,
  used: string,
): CertificateState {
  return certificate.state === 'passed' && certified !== used ? { state: 'missing' } : certificate
}

/** @throws ModelError when the certificate fails or belongs to other weights, unless forced */
function checkCertificate(
  { certificate, path }: ModelDirectory,
  weightsDigest: string,
  force: boolean,
): CertificateState {
  if (!certificate) return { state: 'missing' }
  const issued_at = certificate.issuedAt
  const foreign = certificate.weightsDigest !== weightsDigest
  if (certificate.passed && !foreign) return { state: 'passed', issued_at }
  if (force) return { state: 'forced', issued_at }
  const failed = certificate.checks.filter((check) => !check.passed).map((check) => check.name)
  throw new ModelError(
    foreign
      ? `${path}: certificate.json was issued for other weights; run certify again or pass --force`
      : `${path}: the model failed its certificate (${failed.join(', ')}); pass --force to serve it all the same`,
  )
}
