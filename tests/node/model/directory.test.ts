import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inspectCommand } from '../../../inference-node/cli/inspect-command.ts'
import { type ConvertOptions, convertCheckpoint } from '../../../inference-node/convert/convert.ts'
import { DecoderSession } from '../../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import { describeGraph, type TensorMetadata } from '../../../inference-node/model/graph.ts'
import { loadTokenizer } from '../../../inference-node/model/tokenizer.ts'
import { checkpoint, collected, reference, temporaryFolder } from '../convert/fixtures.ts'
import { communityLayout } from './community-layout.ts'

/** tiny-llama as onnxruntime-genai's builder converts it. */
const builtByGenai = checkpoint('genai-tiny-llama')

async function converted(name: string, blockSize: ConvertOptions['blockSize'] = 32): Promise<string> {
  const out = join(temporaryFolder(), 'model')
  await convertCheckpoint(checkpoint(name), out, {
    precision: 'int8',
    blockSize,
    target: 'cpu',
    activations: 'int8',
    contextLength: 128,
    name: 'judge',
    withoutReference: true,
  })
  return out
}

describe('a model directory', () => {
  it('that we converted says what it is', async () => {
    const directory = await openModelDirectory(await converted('tiny-gemma2'))
    expect(directory).toMatchObject({
      id: 'judge',
      architecture: 'Gemma2ForCausalLM',
      precision: 'int8',
      contextLength: 128,
      layers: 4,
      kvHeads: 2,
      headSize: 32,
      vocabularySize: 512,
      endOfSequenceTokens: [1, 5],
      sharesCacheBuffer: true,
      certificate: null,
    })
    expect(await directory.weightsDigest()).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    ["of onnxruntime-genai's builder", () => builtByGenai],
    ['of onnx-community', communityLayout],
  ])('%s is opened and gives the same tokens', async (_, path) => {
    const directory = await openModelDirectory(path())
    expect(directory).toMatchObject({
      architecture: 'LlamaForCausalLM',
      layers: 2,
      kvHeads: 2,
      headSize: 16,
      vocabularySize: 512,
      contextLength: 512,
      endOfSequenceTokens: [508, 511],
      precision: 'unknown',
      conversion: null,
    })
    expect(directory.weightFiles).toHaveLength(2)
    const session = await DecoderSession.open(directory)
    const { prompts, greedy } = reference('tiny-llama')
    for (const [index, prompt] of prompts.entries())
      expect(await session.greedy(prompt, 64)).toEqual(greedy[index])
    const tokenizer = await loadTokenizer(directory.path, directory.vocabularySize)
    expect(tokenizer.encodeChat([{ role: 'user', content: '<|eot_id|>' }]).tokens.length).toBeGreaterThan(10)
  })

  it('has a digest of its weights, recorded or not', async () => {
    const path = await converted('tiny-llama')
    const recorded = await (await openModelDirectory(path)).weightsDigest()
    rmSync(join(path, 'conversion.json'))
    expect(await (await openModelDirectory(path)).weightsDigest()).toBe(recorded)
  })

  it.each([
    ['is no directory', (path: string) => rmSync(path, { recursive: true }), /is not a directory/],
    [
      'has no configs',
      (path: string) => ['config.json', 'genai_config.json'].map((name) => rmSync(join(path, name))),
      /neither config.json nor genai_config.json/,
    ],
    [
      'has no graph',
      (path: string) => rmSync(join(path, 'model.onnx')),
      /genai_config.json names model.onnx/,
    ],
    ['has no weights', (path: string) => rmSync(join(path, 'model.onnx.data')), /model.onnx.data is missing/],
    [
      'has cut weights',
      (path: string) => truncateSync(join(path, 'model.onnx.data'), 1000),
      /model.onnx.data has 1000 bytes; conversion wrote \d+/,
    ],
    [
      'has a broken config',
      (path: string) => writeFileSync(join(path, 'config.json'), '{'),
      /config.json is not valid JSON/,
    ],
  ])('that %s is refused by name', async (_, damage, message) => {
    const path = await converted('tiny-llama')
    damage(path)
    await expect(openModelDirectory(path)).rejects.toThrow(message)
  })

  it('is inspected', async () => {
    const output = collected()
    expect(
      await inspectCommand.run(
        [await converted('tiny-llama'), '--slots', '3', '--tokens', '100', '--json'],
        output,
      ),
    ).toBe(0)
    const { memory, cacheType, precision, providers } = JSON.parse(output.lines.join('\n'))
    expect({ cacheType, precision }).toEqual({ cacheType: 'float32', precision: 'int8' })
    // Keys and values of 2 layers, 2 heads of 16 numbers of 4 bytes.
    expect(memory).toMatchObject({ slots: 3, tokens: 100, cachePerToken: 512, cache: 153_600 })
    expect(
      providers.map((provider: { name: string; fits: boolean }) => [provider.name, provider.fits]),
    ).toEqual([
      ['cpu', true],
      ['webgpu', true],
      ['cuda', true],
    ])
  })
})

it('a directory by row fits the CPU alone', async () => {
  const output = collected()
  await inspectCommand.run([await converted('tiny-llama', 'row'), '--json'], output)
  const { providers } = JSON.parse(output.lines.join('\n'))
  expect(providers).toMatchObject([
    { name: 'cpu', fits: true },
    { name: 'webgpu', fits: false, reason: expect.stringContaining('--for webgpu') },
    { name: 'cuda', fits: false, reason: expect.stringContaining('--for cuda') },
  ])
})

describe('a graph', () => {
  const tensor = (name: string, type: string, ...shape: (number | string)[]): TensorMetadata => ({
    name,
    type,
    shape,
  })
  const inputs = [
    tensor('input_ids', 'int64', 'batch', 'new'),
    tensor('attention_mask', 'int64', 'batch', 'total'),
    tensor('past_key_values.0.key', 'float16', 'batch', 4, 'past', 64),
    tensor('past_key_values.0.value', 'float16', 'batch', 4, 'past', 64),
  ]
  const outputs = [
    tensor('logits', 'float32', 'batch', 'new', 100),
    tensor('present.0.key', 'float16', 'batch', 4, 'total', 64),
    tensor('present.0.value', 'float16', 'batch', 4, 'total', 64),
  ]

  it('is told by its metadata', () => {
    const positions = tensor('position_ids', 'int64', 'batch', 'new')
    expect(describeGraph([...inputs, positions], outputs, ['logits_start'])).toMatchObject({
      positionIds: 'position_ids',
      logitsStart: 'logits_start',
      cacheType: 'float16',
      logitsType: 'float32',
      kvHeads: 4,
      headSize: 64,
      vocabularySize: 100,
    })
  })

  it('takes sizes that it leaves open from the configs', () => {
    const open = inputs.map((input) => ({
      ...input,
      shape: input.shape.map((size) => (size === 64 ? 'size' : size)),
    }))
    expect(() => describeGraph(open, outputs)).toThrow(/size of past_key_values.0.key/)
    expect(describeGraph(open, outputs, [], { kvHeads: 9, headSize: 32, vocabularySize: 9 })).toMatchObject({
      kvHeads: 4,
      headSize: 32,
      vocabularySize: 100,
    })
  })

  it.each([
    ['wants something unknown', [...inputs, tensor('beam_idx', 'int32', 'batch')], outputs, /input beam_idx/],
    ['has no cache', inputs.slice(0, 2), outputs, /no past_key_values/],
    ['has half a cache', inputs.slice(0, 3), outputs, /no past_key_values.0.value/],
    ['keeps no cache', inputs, outputs.slice(0, 2), /no output present.0.value/],
    ['has no logits', inputs, outputs.slice(1), /no output logits/],
    [
      'has an odd cache',
      inputs.map((input) => ({ ...input, type: input.type.replace('float16', 'float8e4m3fn') })),
      outputs,
      /float8/,
    ],
  ])('that %s is refused by name', (_, someInputs, someOutputs, message) => {
    expect(() => describeGraph(someInputs, someOutputs)).toThrow(message)
  })
})
