import { requireExactProducts } from '../../convert/integer-probe.ts'
import { convertForCuda, type Diagnosis, type Problem } from '../../devices/diagnosis.ts'
import { type ModelDirectory, openModelDirectory } from '../../model/directory.ts'
import { ModelError } from '../../model/model-error.ts'
import { loadTokenizer } from '../../model/tokenizer.ts'
import { Engine, type EngineOptions } from '../engine.ts'
import type { EngineConfig, LoadedModel } from '../protocol.ts'
import type { OpenedRuntime } from '../runtime/open-runtime.ts'
import type { SamplingParameters } from '../sampling/parameters.ts'
import { Sampler } from '../sampling/sampler.ts'
import { RatingTokens } from '../text/rating-distribution.ts'
import { checkCertificate, findUncertified, onDevice } from './certificate-state.ts'
import { openTuned } from './open-tuned.ts'
import { tokenBytes } from './plan-runtime.ts'
import { PromptThread } from './prompt-thread.ts'
import { describeDevice, surveyModel } from './survey-model.ts'

/** Values of keval's model card, used where generation_config.json has none. */
const cardTemperature = 0.7
const cardAnswerTokens = 4096

/**
 * Loads a model and everything that generating from it takes.
 *
 * @param notify receives a line about what takes long
 * @throws ModelError or RuntimeError with a one-line message
 */
export async function loadEngine(
  config: EngineConfig,
  emit: EngineOptions['emit'],
  notify: (line: string) => void = () => {},
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
  await requireExactProducts(directory.conversion)
  const survey = surveyModel(directory, config)
  const { opened, tuning } = await openTuned(directory, survey, config, notify)
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
  const used = { provider: runtime.provider, name: describeDevice(survey, runtime.provider).name }
  return {
    engine,
    model: {
      id: directory.id,
      revision: directory.revision,
      architecture: directory.architecture,
      precision: directory.precision,
      weightsDigest,
      contextLength: directory.contextLength,
      certificate: onDevice(certificate, directory, used),
      provider: runtime.provider,
      runtime: runtime.kind,
      selection: opened.selection,
      slots: runtime.rows,
      slotTokens: runtime.rowTokens,
      cacheBytes: runtime.rows * runtime.rowTokens * tokenBytes(directory),
      chunkTokens: opened.chunkTokens,
      alignedChunks: opened.alignedChunks,
      threads: opened.threads,
      tuning: {
        state: tuning.state,
        problem: tuning.problem,
        file: tuning.file,
        measuredAt: tuning.tuning?.measuredAt ?? null,
      },
      device: runtime.provider === 'cuda' ? survey.diagnosis.gpu : null,
      degraded: [
        ...findDegradations(survey.diagnosis, config.provider, opened, directory.conversion === null),
        ...findUncertified(directory, used),
      ],
      batchInvariant: opened.batchInvariant,
      loadMs: performance.now() - startedAt,
    },
  }
}

/**
 * Lists what makes the node slower than this machine allows; empty if a provider was requested by name.
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
