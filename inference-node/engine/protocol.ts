import type { FinishReason, RatingProbabilities, TokenLogprob } from '../../schema/api/chat-completion.ts'
import type { Failure } from '../../schema/api/errors.ts'
import type { CertificateState } from '../../schema/api/node-status.ts'
import type { Gpu } from '../devices/device-report.ts'
import type { Problem } from '../devices/diagnosis.ts'
import type { Provider } from './runtime/runtime.ts'
import type { SamplingParameters } from './sampling/parameters.ts'
import type { TuningStatus } from './tuning/tuning-status.ts'

/** Messages between the server and its engine process, each one plain object. */

/** Options for loading the model; the same for every start. */
export interface EngineConfig {
  modelDirectory: string
  provider: Provider | 'auto'
  runtime: 'auto' | 'io-binding' | 'binding'
  /** Answers at once; null takes as many as memory allows, up to a default. */
  slots: number | null
  /** Tokens of prompt and answer together; null takes the model's, up to a default. */
  slotTokens: number | null
  /** Most bytes for the KV cache; null takes half of what is free. */
  cacheBytes: number | null
  /** Prompt tokens computed between two decode steps; null takes the provider's default. */
  chunkTokens: number | null
  /** Index among the GPUs that CUDA_VISIBLE_DEVICES shows; null for the first. */
  device: number | null
  threads: number | null
  /** Its part of the memory that is free when it loads: several engines on one device divide it. */
  memoryShare: number
  /** Serve a model whose certificate fails. */
  force: boolean
  /** When settings are measured at start: at the first one on a GPU, whenever no result fits, or never. */
  tune: 'auto' | 'always' | 'never'
}

/** One request to generate; its samples differ only in their random streams. */
export interface GenerateRequest {
  id: number
  tenant: string
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[]
  samples: number
  /** Null: the model's own bound. */
  maxTokens: number | null
  sampling: Partial<SamplingParameters>
  seed: number
  stops: string[]
  stopAtRating: boolean
  ratingProbabilities: boolean
  /** Number of alternatives to report for each token; null reports no log-probabilities. */
  topLogprobs: number | null
}

export type ToEngine =
  | { type: 'load'; config: EngineConfig }
  | { type: 'generate'; request: GenerateRequest }
  | { type: 'cancel'; id: number }

/** Facts of the loaded model. */
export interface LoadedModel {
  id: string
  revision: string | null
  architecture: string
  precision: string
  weightsDigest: string
  contextLength: number
  certificate: CertificateState
  provider: Provider
  runtime: 'io-binding' | 'binding'
  /** One line for each runtime and provider that was tried. */
  selection: string[]
  slots: number
  slotTokens: number
  cacheBytes: number
  /** Most prompt tokens computed between two decode steps. */
  chunkTokens: number
  /** True if answers depend on that, because chunks show in the logits. */
  alignedChunks: boolean
  /** Threads of one operator on the CPU. */
  threads: number
  /** Source of the settings that nobody fixed: a measurement, or the defaults with a reason. */
  tuning: {
    state: TuningStatus['state']
    problem: string | null
    file: string | null
    measuredAt: string | null
  }
  /** The GPU that runs the model; null on the CPU. */
  device: Gpu | null
  /** Why the node is slower than its machine could be. */
  degraded: Problem[]
  /** Answers do not depend on what else is in the batch, bit for bit. */
  batchInvariant: boolean
  loadMs: number
}

export type GenerateEvent =
  | { type: 'accepted'; id: number; promptTokens: number; systemFolded: boolean }
  /** A sample left the queue. */
  | { type: 'started'; id: number; sample: number; prefixHitTokens: number }
  | { type: 'text'; id: number; sample: number; text: string; logprobs: TokenLogprob[] }
  | {
      type: 'finished'
      id: number
      sample: number
      reason: FinishReason
      completionTokens: number
      ratingProbabilities: RatingProbabilities | null
      queueMs: number
      prefillMs: number
      decodeMs: number
    }
  /** `crashed`: the engine ended, whatever the request was. */
  | { type: 'failed'; id: number; failure: Failure; crashed: boolean }

/** Work since the last message. */
export interface EngineStatistics {
  running: number
  waiting: number
  /** Tokens whose keys and values are in rows that are in use. */
  cacheTokens: number
  prefillTokens: number
  decodeTokens: number
  reusedTokens: number
  promptTokens: number
  decodeSteps: number
  /** Rows that decode steps computed, idle ones included. */
  decodeRows: number
}

export type FromEngine =
  | { type: 'loaded'; model: LoadedModel }
  | { type: 'refused'; reason: string }
  /** Logs a slow step of loading, in one line. */
  | { type: 'notice'; line: string }
  | { type: 'events'; events: GenerateEvent[]; statistics: EngineStatistics }
