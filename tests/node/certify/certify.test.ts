import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attentionCases, probeAttention } from '../../../inference-node/certify/attention-probe.ts'
import { certify } from '../../../inference-node/certify/certify.ts'
import { checkEndOfTurn } from '../../../inference-node/certify/tokenizer-checks.ts'
import { certifyCommand } from '../../../inference-node/cli/certify-command.ts'
import { inspectCommand } from '../../../inference-node/cli/inspect-command.ts'
import { readDecoderConfig } from '../../../inference-node/convert/checkpoint/decoder-config.ts'
import { openCheckpoint } from '../../../inference-node/convert/checkpoint/open-checkpoint.ts'
import { convertCheckpoint } from '../../../inference-node/convert/convert.ts'
import type { OutputPrecision } from '../../../inference-node/convert/precision.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import { loadTokenizer } from '../../../inference-node/model/tokenizer.ts'
import { checkpoint, collected, temporaryFolder } from '../convert/fixtures.ts'
import { communityLayout } from '../model/community-layout.ts'

const cpu = { provider: 'cpu' } as const
const device = { provider: 'cpu', cudaFolder: '/nowhere' } as const

async function converted(name: string, precision: OutputPrecision): Promise<string> {
  const out = join(temporaryFolder(), 'model')
  await convertCheckpoint(checkpoint(name), out, {
    precision,
    blockSize: precision === 'int4' ? 'mixed' : 32,
    target: 'cpu',
    activations: 'int8',
    contextLength: 512,
  })
  return out
}

describe('certify', () => {
  it.each([
    ['tiny-llama', 'fp32'],
    ['tiny-llama', 'int4'],
    ['tiny-gemma2', 'fp16'],
    ['tiny-gemma2', 'int8'],
  ] as const)('passes %s in %s and keeps the certificate with the model', async (name, precision) => {
    const path = await converted(name, precision)
    const directory = await openModelDirectory(path)
    const certificate = await certify(directory, cpu)
    expect(certificate.checks.filter((check) => !check.passed)).toEqual([])
    // the likeliest answer of random weights need not end
    expect(certificate.notChecked.filter((line) => !line.startsWith('end of turn'))).toEqual([])
    expect((await openModelDirectory(path)).certificate).toEqual(certificate)
    expect(certificate.weightsDigest).toBe(await directory.weightsDigest())
  })

  it('fails a model whose weights were changed after conversion', async () => {
    const path = await converted('tiny-llama', 'fp32')
    const data = readFileSync(join(path, 'model.onnx.data'))
    data[100_003] = data[100_003]! ^ 1
    writeFileSync(join(path, 'model.onnx.data'), data)
    const { passed, checks } = await certify(await openModelDirectory(path), cpu)
    expect(passed).toBe(false)
    expect(checks).toContainEqual({ name: 'weights', passed: false, detail: 'changed since conversion' })
  })

  it('fails a model of others, without golden logits, whose logits are not numbers', async () => {
    const path = await converted('tiny-llama', 'fp32')
    for (const name of ['golden.json', 'conversion.json']) rmSync(join(path, name))
    const whole = await certify(await openModelDirectory(path), cpu)
    expect(whole.passed).toBe(true)
    expect(whole.notChecked).toEqual(
      expect.arrayContaining([
        'weights: the directory has no conversion.json that says which weights belong to it',
        'closeness, agreement: the directory has no golden.json',
      ]),
    )
    const data = readFileSync(join(path, 'model.onnx.data'))
    data.writeUInt32LE(0x7fc00000, 100_000)
    writeFileSync(join(path, 'model.onnx.data'), data)
    const { checks } = await certify(await openModelDirectory(path), cpu)
    expect(checks.find((check) => check.name === 'finite logits')?.passed).toBe(false)
  })

  it.each([
    [
      "onnxruntime-genai's builder",
      () => {
        const path = join(temporaryFolder(), 'genai')
        cpSync(checkpoint('genai-tiny-llama'), path, { recursive: true })
        return path
      },
    ],
    ['onnx-community', communityLayout],
  ])('says of a directory of %s what it could not check', async (_, make) => {
    const path = make()
    const { notChecked, checks } = await certify(await openModelDirectory(path), cpu)
    for (const subject of ['weights', 'closeness', 'attention'])
      expect(notChecked.some((line) => line.startsWith(subject))).toBe(true)
    expect(checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['finite logits', 'cache', 'tokenizer', 'digits']),
    )
    const { endTokens } = await loadTokenizer(path, 512)
    expect(endTokens).toContain(511)

    const output = collected()
    expect(await inspectCommand.run([path], output)).toBe(0)
    for (const line of ['converter +another program', 'not checked +weights: ', 'cpu +yes: runs'])
      expect(output.lines.join('\n')).toMatch(new RegExp(line))
  })

  it('fails a model that puts no end token at the end of its turn', async () => {
    const path = await converted('tiny-llama', 'fp32')
    const directory = await openModelDirectory(path)
    const answering = (answer: number[]) => ({
      rowTokens: 512,
      greedy: async () => answer,
      last: async () => Float32Array.from({ length: 512 }, (_, token) => (token === 509 ? 20 : 0)),
    })
    expect(await checkEndOfTurn(answering([5, 509]), directory)).toMatchObject({
      passed: false,
      name: 'end of turn',
    })
    const ending = answering([5, 511])
    expect(await checkEndOfTurn(ending, { ...directory, endOfSequenceTokens: [508] })).toMatchObject({
      passed: true,
    })
  })

  it('fails a model whose logits are not those of its checkpoint', async () => {
    const path = await converted('tiny-llama', 'fp32')
    const golden = JSON.parse(readFileSync(join(path, 'golden.json'), 'utf8'))
    golden.prompts[0].positions.reverse()
    writeFileSync(join(path, 'golden.json'), JSON.stringify(golden))
    const output = collected()
    expect(await certifyCommand.run([path], output)).toBe(1)
    expect(output.lines.join('\n')).toMatch(/FAILED {2}closeness/)
  })
})

describe('the attention probe', () => {
  it('tells attention with softcap and window from attention without', async () => {
    const gemma = readDecoderConfig((await openCheckpoint(checkpoint('tiny-gemma2'))).config)
    const cases = attentionCases(gemma)
    expect(cases.map(({ softcap, window }) => [softcap, window])).toEqual([
      [4, 16],
      [4, null],
    ])
    for (const probe of cases) {
      const { asAsked, withoutSoftcap, withoutWindow } = await probeAttention(probe, device, 'float32')
      expect(asAsked).toBeLessThan(1e-5)
      expect(withoutSoftcap).toBeGreaterThan(0.05)
      if (probe.window !== null) expect(withoutWindow).toBeGreaterThan(0.05)
    }
  })

  it('has a window of exactly as many tokens as the model', async () => {
    const probe = { queryHeads: 2, headSize: 64, scale: 0.125, softcap: null, window: 16 }
    const { asAsked } = await probeAttention(probe, device, 'float32')
    expect(asAsked).toBeLessThan(1e-5)
  })
})
