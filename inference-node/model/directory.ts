import { readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ModelError } from './model-error.ts'
import { checkSize } from './model-sizes.ts'
import { checkSizes, findGraph, findWeightFiles } from './weight-files.ts'
import { digestFiles } from './weights-digest.ts'

export type Precision = 'fp32' | 'bf16' | 'fp16' | 'int8' | 'int4' | 'unknown'

/** Sampling defaults of the model's authors; an omitted field is undefined. */
export interface SamplingDefaults {
  doSample?: boolean
  temperature?: number
  topP?: number
  topK?: number
  repetitionPenalty?: number
}

/** The contents of `conversion.json`, which `keval-node convert` writes. */
export interface Conversion {
  converter: string
  source: { name: string; revision?: string; architecture: string }
  precision: Precision
  blockSize: number | 'mixed' | 'row' | null
  /** Bits of integers by row; eight need a processor that adds their products exactly. */
  rowBits?: 7 | 8
  target: 'cpu' | 'webgpu' | 'cuda'
  /** Digest over the weight files: see `digestFiles`. */
  weightsDigest: string
  weightFiles: { name: string; bytes: number }[]
}

/** The contents of `certificate.json`, which `keval-node certify` writes and /health shows. */
export interface Certificate {
  passed: boolean
  weightsDigest: string
  provider: string
  /** The device that computed, and its driver; absent from certificates of earlier versions. */
  device?: string
  driver?: string | null
  runtime?: string
  issuedAt: string
  tools: Record<string, string>
  checks: { name: string; passed: boolean; detail: string }[]
  /** The checks that were not possible, each with the reason. */
  notChecked: string[]
}

/**
 * A model on disk, from any converter, as far as known before a session is opened. The graph's inputs and outputs are
 * not here: `describeGraph` reads it from the session.
 */
export interface ModelDirectory {
  /** Absolute path of the directory. */
  path: string
  /** Name to serve the model under: the name of its source, else of the directory. */
  id: string
  /** Revision of the source, when it is known. */
  revision: string | null
  /** Hugging Face class name, for example `LlamaForCausalLM`; `unknown` when no config says. */
  architecture: string
  /** Absolute path of the ONNX graph. */
  graphFile: string
  /** Absolute paths of the graph and all its external data, in the order of the digest. */
  weightFiles: string[]
  /** Bytes of all of them. */
  weightBytes: number
  vocabularySize: number
  layers: number
  attentionHeads: number
  kvHeads: number
  headSize: number
  /** Most tokens of prompt and answer together, as the directory's configs state it. */
  contextLength: number
  /** Tokens any of which ends an answer. */
  endOfSequenceTokens: number[]
  precision: Precision
  samplingDefaults: SamplingDefaults
  /** Most tokens of an answer, where generation_config.json bounds it (`max_new_tokens`). */
  answerTokens: number | null
  /** True when the graph may write the present cache over the past one in a shared buffer; null when unknown. */
  sharesCacheBuffer: boolean | null
  /** Present when `keval-node convert` made the directory. */
  conversion: Conversion | null
  /** Null when the model was never certified. */
  certificate: Certificate | null
  /** SHA-256 over the weights, 64 hex digits: every weight file is read, the first time that it is called. */
  weightsDigest(): Promise<string>
  /**
   * The same digest, compared with what conversion recorded.
   *
   * @throws ModelError when a file was damaged or exchanged since
   */
  verifiedWeightsDigest(): Promise<string>
}

/**
 * Opens a model directory: one that `keval-node convert` wrote, one of onnxruntime-genai's builder, or an
 * onnx-community export (`onnx/model*.onnx`).
 *
 * @throws ModelError naming the missing or unreadable file
 */
export async function openModelDirectory(path: string): Promise<ModelDirectory> {
  const root = resolve(path)
  const found = await stat(root).catch(() => null)
  if (!found?.isDirectory()) throw new ModelError(`${path} is not a directory`)

  const config = await readJson(root, 'config.json')
  const genai = await readJson(root, 'genai_config.json')
  const generation = await readJson(root, 'generation_config.json')
  const conversion = (await readJson(root, 'conversion.json')) as Conversion | null
  const certificate = (await readJson(root, 'certificate.json')) as Certificate | null
  if (!config && !genai)
    throw new ModelError(`${path} has neither config.json nor genai_config.json: it is not a model directory`)

  const text = (config?.text_config as Json | undefined) ?? config ?? {}
  const decoder = ((genai?.model as Json | undefined)?.decoder as Json | undefined) ?? {}
  const genaiModel = (genai?.model as Json | undefined) ?? {}
  const search = (genai?.search as Json | undefined) ?? {}
  const need = (name: string, ...candidates: unknown[]): number => {
    const value = candidates.find((candidate) => typeof candidate === 'number')
    if (value === undefined) throw new ModelError(`${path}: no config file says ${name}`)
    return checkSize(name, value)
  }

  const attentionHeads = need('num_attention_heads', decoder.num_attention_heads, text.num_attention_heads)
  const graphFile = await findGraph(root, decoder.filename as string | undefined)
  const weightFiles = await findWeightFiles(graphFile)
  checkSizes(root, weightFiles, conversion?.weightFiles ?? [])
  let digest: Promise<string> | null = null
  const weightsDigest = () => {
    digest ??= digestFiles(weightFiles.map((file) => file.path))
    return digest
  }
  const vocabularySize = need('vocab_size', genaiModel.vocab_size, text.vocab_size)

  return {
    path: root,
    id: conversion?.source.name ?? basename(root),
    revision: conversion?.source.revision ?? null,
    architecture:
      conversion?.source.architecture ??
      (config?.architectures as string[] | undefined)?.[0] ??
      genaiArchitectures[genaiModel.type as string] ??
      'unknown',
    graphFile,
    weightFiles: weightFiles.map((file) => file.path),
    weightBytes: weightFiles.reduce((total, { bytes }) => total + bytes, 0),
    vocabularySize,
    layers: need('num_hidden_layers', decoder.num_hidden_layers, text.num_hidden_layers),
    attentionHeads,
    kvHeads: need(
      'num_key_value_heads',
      decoder.num_key_value_heads,
      text.num_key_value_heads,
      attentionHeads,
    ),
    headSize: need(
      'head_dim',
      decoder.head_size,
      text.head_dim,
      typeof text.hidden_size === 'number' ? text.hidden_size / attentionHeads : undefined,
    ),
    contextLength: need('max_position_embeddings', genaiModel.context_length, text.max_position_embeddings),
    endOfSequenceTokens: readEndTokens([generation, genaiModel, config, text], vocabularySize),
    precision: conversion?.precision ?? 'unknown',
    samplingDefaults: samplingDefaults(generation ?? search),
    answerTokens: typeof generation?.max_new_tokens === 'number' ? generation.max_new_tokens : null,
    sharesCacheBuffer:
      typeof search.past_present_share_buffer === 'boolean' ? search.past_present_share_buffer : null,
    conversion,
    certificate,
    weightsDigest,
    async verifiedWeightsDigest() {
      const actual = await weightsDigest()
      if (conversion && conversion.weightsDigest !== actual)
        throw new ModelError(
          `${root}: the weights are not those that were converted (SHA-256 ${actual.slice(0, 12)}… in place of ${conversion.weightsDigest.slice(0, 12)}…): a file was damaged or exchanged; convert or download the model again`,
        )
      return actual
    },
  }
}

type Json = Record<string, unknown>

/** onnxruntime-genai's names for the architectures that matter here. */
const genaiArchitectures: Record<string, string> = {
  llama: 'LlamaForCausalLM',
  mistral: 'MistralForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  gemma2: 'Gemma2ForCausalLM',
  gemma3_text: 'Gemma3ForCausalLM',
}

async function readJson(root: string, name: string): Promise<Json | null> {
  let text: string
  try {
    text = await readFile(join(root, name), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new ModelError(`cannot read ${join(root, name)}: ${(error as Error).message}`)
  }
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new ModelError(`${join(root, name)} is not valid JSON`)
  }
}

/**
 * The end tokens of all configs: each may name only some, such as the text's end without the turn's.
 *
 * @throws ModelError when one is beyond the vocabulary
 */
export function readEndTokens(configs: readonly (Json | null)[], vocabularySize: number): number[] {
  const named = configs.flatMap((config) => config?.eos_token_id ?? []) as unknown[]
  const tokens = [...new Set(named.filter((token) => typeof token === 'number'))]
  const unknown = tokens.find((token) => !(Number.isInteger(token) && token >= 0 && token < vocabularySize))
  if (unknown !== undefined)
    throw new ModelError(`the configs name end token ${unknown}, but the model has ${vocabularySize} tokens`)
  return tokens
}

function samplingDefaults(config: Json): SamplingDefaults {
  const number = (name: string) => (typeof config[name] === 'number' ? (config[name] as number) : undefined)
  return {
    doSample: typeof config.do_sample === 'boolean' ? config.do_sample : undefined,
    temperature: number('temperature'),
    topP: number('top_p'),
    topK: number('top_k'),
    repetitionPenalty: number('repetition_penalty'),
  }
}
