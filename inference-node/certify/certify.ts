import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type DecoderConfig, readDecoderConfig } from '../convert/checkpoint/decoder-config.ts'
import { isSupported } from '../convert/checkpoint/families.ts'
import { addsEightBitsExactly } from '../convert/integer-probe.ts'
import { goldenPrompts, readGolden } from '../convert/reference/golden.ts'
import type { Runtime } from '../engine/runtime/runtime.ts'
import type { Certificate, ModelDirectory, Precision } from '../model/directory.ts'
import { checkAttention, checkLogitSoftcap } from './attention-checks.ts'
import type { ProbedDevice } from './attention-probe.ts'
import { checkFinite, checkGolden, checkPieces } from './golden-checks.ts'
import { checkLongPrompts, longPromptTokens, makeLongPrompts } from './long-prompts.ts'
import { openCertified } from './open-certified.ts'
import { checkBatchRows, checkRowCopies } from './row-checks.ts'
import { checkSamplingOutputs } from './sampling-check.ts'
import { checkEndOfTurn, checkTokenizer } from './tokenizer-checks.ts'
import { checkWindow, countWindowTokens } from './window-check.ts'

type Check = Certificate['checks'][number]

/**
 * Bounds of a model's distance from its unquantized original: mean divergence in nats over golden prompts, and the share
 * of clearly decided tokens that must agree. docs/QUANTIZATION.md has what real models measure. `pieces`: how far
 * the logits may be off when the prompt comes token by token; activations rounded to int8 take another kernel then.
 */
const bounds: Record<Precision, { divergence: number; agreement: number; pieces: number }> = {
  fp32: { divergence: 0.0001, agreement: 1, pieces: 0.001 },
  bf16: { divergence: 0.03, agreement: 0.95, pieces: 0.1 },
  fp16: { divergence: 0.01, agreement: 0.98, pieces: 0.05 },
  int8: { divergence: 0.05, agreement: 0.95, pieces: 0.1 },
  int4: { divergence: 0.3, agreement: 0.75, pieces: 0.1 },
  unknown: { divergence: 0.5, agreement: 0.75, pieces: 0.1 },
}

export interface CertifyOptions {
  provider: 'auto' | 'cpu' | 'webgpu' | 'cuda'
  /** Replaces the runtime, for tests that break one. */
  wrap?: (runtime: Runtime) => Runtime
}

/**
 * Runs a model through the runtime that serves it and checks that it does what it should; writes `certificate.json`
 * into its directory.
 *
 * @throws ModelError when the model cannot be loaded at all
 */
export async function certify(
  directory: ModelDirectory,
  { provider, wrap = (runtime) => runtime }: CertifyOptions,
): Promise<Certificate> {
  const checks: Check[] = []
  const notChecked: string[] = []
  const add = (result: Check | string | null) => {
    if (typeof result === 'string') notChecked.push(result)
    else if (result) checks.push(result)
  }
  const digest = await directory.weightsDigest()
  add(checkWeights(directory, digest))
  add(await checkProducts(directory))
  const config = await readConfig(directory)
  const opened = await openCertified(directory, provider, {
    rows: 4,
    rowTokens: Math.min(
      directory.contextLength,
      Math.max(longPromptTokens + 8, config ? countWindowTokens(config) : 0),
    ),
    wrap,
  })
  const { runner, runtime } = opened
  try {
    const golden = await readGolden(directory.path)
    const bound = bounds[directory.precision]
    if (golden) checks.push(...(await checkGolden(runner, golden, bound)))
    else add('closeness, agreement: the directory has no golden.json')
    const prompts = golden
      ? golden.prompts.map((prompt) => prompt.tokens)
      : await goldenPrompts(directory.path, directory.vocabularySize, directory.contextLength)
    if (!golden) add(await checkFinite(runner, prompts))
    add(await checkPieces(runner, prompts[0]!, bound.pieces))
    add(await checkLongPrompts(runner, await makeLongPrompts(directory, runner.rowTokens)))
    add(await checkBatchRows(runner, bound.pieces))
    add(await checkRowCopies(runner, bound.pieces))
    add(await checkSamplingOutputs(runner, prompts[0]!))
    if (config) {
      add(await checkWindow(runner, config))
      add(await checkLogitSoftcap(runner, config, prompts[0]!))
    }
    if (existsSync(join(directory.path, 'tokenizer.json'))) {
      add(await checkEndOfTurn(runner, directory))
      checks.push(...(await checkTokenizer(directory)))
    } else add('tokenizer, digits, end of turn: the directory has no tokenizer.json')
  } finally {
    runtime.close()
  }
  checks.push(...(await checkOperator(directory, config, opened.device, opened.cacheType, notChecked)))
  // the other checks say what is wrong; this one is for what they miss
  if (opened.selfTestFailure !== null && checks.every(({ passed }) => passed))
    add({ name: 'self-test', passed: false, detail: opened.selfTestFailure })

  const certificate: Certificate = {
    passed: checks.every((check) => check.passed),
    weightsDigest: digest,
    provider: runtime.provider,
    device: opened.name,
    driver: opened.driver,
    runtime: runtime.kind,
    issuedAt: new Date().toISOString(),
    tools: { node: process.version, 'onnxruntime-node': onnxruntimeVersion() },
    checks,
    notChecked,
  }
  const path = join(directory.path, 'certificate.json')
  await writeFile(`${path}.partial`, `${JSON.stringify(certificate, null, 2)}\n`)
  await rename(`${path}.partial`, path)
  return certificate
}

function checkWeights({ conversion }: ModelDirectory, digest: string): Check | string {
  if (!conversion) return 'weights: the directory has no conversion.json that says which weights belong to it'
  const passed = digest === conversion.weightsDigest
  return { name: 'weights', passed, detail: passed ? 'as converted' : 'changed since conversion' }
}

/** Integers of eight bits are added exactly by this processor. */
async function checkProducts({ conversion }: ModelDirectory): Promise<Check | null> {
  if (conversion?.rowBits !== 8) return null
  const passed = await addsEightBitsExactly()
  const detail = passed
    ? 'added exactly'
    : 'this processor adds them with overflow: convert with --row-bits 7'
  return { name: 'products of 8 bits', passed, detail }
}

/** Null for an architecture that this node does not convert, or where no config says what it is. */
async function readConfig({ path, architecture }: ModelDirectory): Promise<DecoderConfig | null> {
  const file = join(path, 'config.json')
  if (!existsSync(file) || !isSupported(architecture)) return null
  return readDecoderConfig(JSON.parse(await readFile(file, 'utf8')))
}

async function checkOperator(
  { path, architecture, conversion }: ModelDirectory,
  config: DecoderConfig | null,
  device: ProbedDevice,
  type: 'float32' | 'float16' | 'bfloat16',
  notChecked: string[],
): Promise<Check[]> {
  if (!conversion)
    notChecked.push(
      'attention of the graph itself: another program made it; at most the operator of the provider is run alone',
    )
  if (config) return checkAttention(config, device, type)
  notChecked.push(
    existsSync(join(path, 'config.json'))
      ? `attention: ${architecture} is not an architecture that this node converts`
      : 'attention: the directory has no config.json that says what its attention does',
  )
  return []
}

function onnxruntimeVersion(): string {
  return createRequire(import.meta.url)('onnxruntime-node/package.json').version
}
