import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DecoderSession, type Provider } from '../../model/decoder-session.ts'
import type { Certificate, ModelDirectory, Precision } from '../../model/directory.ts'
import { readDecoderConfig } from '../checkpoint/decoder-config.ts'
import { isSupported } from '../checkpoint/families.ts'
import { addsEightBitsExactly } from '../integer-probe.ts'
import {
  type Closeness,
  compareWithGolden,
  type Golden,
  goldenPrompts,
  readGolden,
} from '../reference/golden.ts'
import { relativeError } from '../reference/measures.ts'
import { attentionCases, probeAttention } from './attention-probe.ts'
import { checkEndOfTurn, checkTokenizer } from './tokenizer-checks.ts'

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

/**
 * Runs a model on a provider and checks that it does what it should; writes `certificate.json` into its directory.
 *
 * @throws ModelError when the model cannot be loaded at all
 */
export async function certify(directory: ModelDirectory, provider: Provider): Promise<Certificate> {
  const checks: Check[] = []
  const notChecked: string[] = []
  const digest = await directory.weightsDigest()
  if (!directory.conversion)
    notChecked.push('weights: the directory has no conversion.json that says which weights belong to it')
  else
    checks.push({
      name: 'weights',
      passed: digest === directory.conversion.weightsDigest,
      detail: digest === directory.conversion.weightsDigest ? 'as converted' : 'changed since conversion',
    })

  if (directory.conversion?.rowBits === 8) {
    const exact = await addsEightBitsExactly()
    const detail = exact
      ? 'added exactly'
      : 'this processor adds them with overflow: convert with --row-bits 7'
    checks.push({ name: 'products of 8 bits', passed: exact, detail })
  }
  const session = await DecoderSession.open(directory, provider)
  const golden = await readGolden(directory.path)
  const bound = bounds[directory.precision]
  if (golden) checks.push(...(await checkGolden(session, golden, bound)))
  else notChecked.push('closeness, agreement: the directory has no golden.json')
  const prompts = golden
    ? golden.prompts.map((prompt) => prompt.tokens)
    : await goldenPrompts(directory.path, directory.vocabularySize, directory.contextLength)
  if (!golden) checks.push(await checkFinite(session, prompts))
  checks.push(await checkPieces(session, prompts[0]!, bound.pieces))
  const { cacheType } = session.graph
  const hasTokenizer = existsSync(join(directory.path, 'tokenizer.json'))
  if (hasTokenizer) {
    const ending = await checkEndOfTurn(session, directory)
    if (typeof ending === 'string') notChecked.push(ending)
    else checks.push(ending)
  }
  await session.close()

  checks.push(...(await checkAttention(directory, provider, cacheType, notChecked)))
  if (hasTokenizer) checks.push(...(await checkTokenizer(directory)))
  else notChecked.push('tokenizer, digits, end of turn: the directory has no tokenizer.json')

  const certificate: Certificate = {
    passed: checks.every((check) => check.passed),
    weightsDigest: digest,
    provider,
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

async function checkGolden(
  session: DecoderSession,
  golden: Golden,
  bound: { divergence: number; agreement: number },
): Promise<Check[]> {
  const results: Closeness[] = []
  for (const prompt of golden.prompts)
    results.push(compareWithGolden(prompt, await session.logits(prompt.tokens), session.graph.vocabularySize))
  const total = (of: (result: Closeness) => number) => results.reduce((sum, result) => sum + of(result), 0)
  const positions = total((result) => result.positions)
  const divergence = total((result) => result.divergence * result.positions) / positions
  const decided = total((result) => result.decided)
  const agreed = total((result) => result.agreed)
  return [
    {
      name: 'finite logits',
      passed: results.every((result) => result.finite),
      detail: `${positions} positions`,
    },
    {
      name: 'closeness',
      passed: divergence <= bound.divergence,
      detail: `divergence ${divergence.toPrecision(3)} nats of at most ${bound.divergence}`,
    },
    {
      name: 'agreement',
      passed: agreed >= bound.agreement * decided,
      detail: `${agreed} of ${decided} clearly decided tokens, at least ${100 * bound.agreement}%`,
    },
  ]
}

/** Half precision overflows to infinity where a model was made for more. */
async function checkFinite(session: DecoderSession, prompts: readonly number[][]): Promise<Check> {
  let passed = true
  let positions = 0
  for (const prompt of prompts) {
    passed &&= (await session.logits(prompt)).every(Number.isFinite)
    positions += prompt.length
  }
  return { name: 'finite logits', passed, detail: `${positions} positions` }
}

/** The cache works: a prompt token by token ends like the prompt as a whole. */
async function checkPieces(
  session: DecoderSession,
  prompt: readonly number[],
  bound: number,
): Promise<Check> {
  const { vocabularySize } = session.graph
  const whole = (await session.logits(prompt)).slice(-vocabularySize)
  const state = session.start()
  let last = new Float32Array()
  for (const token of prompt) last = new Float32Array(await session.append(state, [token]))
  const error = relativeError(last, whole)
  return {
    name: 'cache',
    passed: error <= bound,
    detail: `token by token differs by ${error.toPrecision(2)} of at most ${bound}`,
  }
}

/** Softcap and window are really applied by the provider's attention operator. */
async function checkAttention(
  directory: ModelDirectory,
  provider: Provider,
  type: 'float32' | 'float16',
  notChecked: string[],
): Promise<Check[]> {
  const configFile = join(directory.path, 'config.json')
  if (!directory.conversion)
    notChecked.push(
      'attention of the graph itself: another program made it; at most the operator of the provider is run alone',
    )
  if (!existsSync(configFile) || !isSupported(directory.architecture)) {
    notChecked.push(
      existsSync(configFile)
        ? `attention: ${directory.architecture} is not an architecture that this node converts`
        : 'attention: the directory has no config.json that says what its attention does',
    )
    return []
  }
  const config = readDecoderConfig(JSON.parse(await readFile(configFile, 'utf8')))
  const bound = type === 'float32' ? 0.001 : 0.02
  const checks: Check[] = []
  for (const probe of attentionCases(config)) {
    const findings = await probeAttention(probe, provider, type)
    const name = `attention${probe.softcap === null ? '' : ` with softcap ${probe.softcap}`}${probe.window === null ? '' : ` within ${probe.window}`}`
    const ignored = [
      findings.withoutSoftcap !== null && findings.withoutSoftcap <= bound ? 'the softcap is ignored' : '',
      findings.withoutWindow !== null && findings.withoutWindow <= bound ? 'the window is ignored' : '',
    ].filter((text) => text !== '')
    checks.push({
      name,
      passed: findings.asAsked <= bound && ignored.length === 0,
      detail: ignored.join(', ') || `differs by ${findings.asAsked.toPrecision(2)} of at most ${bound}`,
    })
  }
  return checks
}

function onnxruntimeVersion(): string {
  return createRequire(import.meta.url)('onnxruntime-node/package.json').version
}
