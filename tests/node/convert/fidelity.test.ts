import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDecoderConfig } from '../../../inference-node/convert/checkpoint/decoder-config.ts'
import { type ConvertOptions, convertCheckpoint } from '../../../inference-node/convert/convert.ts'
import { type OutputPrecision, weightFormats } from '../../../inference-node/convert/precision.ts'
import {
  type BlockFormat,
  dequantizeRows,
  quantizeRows,
} from '../../../inference-node/convert/weights/quantize.ts'
import { DecoderSession } from '../../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import {
  checkpoint,
  type PlainTensor,
  readTensors,
  reference,
  relativeError,
  rewritten,
  temporaryFolder,
  worstPosition,
  writeTensors,
} from './fixtures.ts'

const names = [
  'tiny-llama',
  'tiny-llama-untied',
  'tiny-llama-odd',
  'tiny-mistral',
  'tiny-qwen2',
  'tiny-qwen3',
  'tiny-gemma2',
  'tiny-gemma3',
]
const options = {
  blockSize: 32,
  target: 'cpu',
  activations: 'full',
  contextLength: 512,
  withoutReference: true,
} as const

async function converted(source: string, precision: OutputPrecision, more: Partial<ConvertOptions> = {}) {
  const out = join(temporaryFolder(), 'model')
  await convertCheckpoint(source, out, { ...options, precision, ...more })
  return DecoderSession.open(await openModelDirectory(out))
}

describe.each(names)('%s in fp32', (name) => {
  it('gives the logits of the reference at every position', async () => {
    const session = await converted(checkpoint(name), 'fp32')
    const { prompts, logits } = reference(name)
    for (const [index, prompt] of prompts.entries()) {
      const actual = await session.logits(prompt)
      expect(worstPosition(actual, logits[index]!, session.graph.vocabularySize)).toBeLessThan(1e-5)
    }
  })

  it('continues prompts like the reference', async () => {
    const session = await converted(checkpoint(name), 'fp32')
    const { prompts, greedy } = reference(name)
    for (const [index, prompt] of prompts.entries())
      expect(await session.greedy(prompt, 64)).toEqual(greedy[index])
  })

  it('gives the same logits when the prompt comes in pieces', async () => {
    const session = await converted(checkpoint(name), 'fp32')
    const prompt = reference(name).prompts.at(-1)!
    const state = session.start()
    const pieces: Float32Array[] = []
    for (const [start, end] of [
      [0, 7],
      [7, 8],
      [8, 20],
      [20, prompt.length],
    ])
      pieces.push(await session.append(state, prompt.slice(start, end)))
    const whole = Float32Array.from(pieces.flatMap((piece) => [...piece]))
    expect(worstPosition(whole, reference(name).logits.at(-1)!, session.graph.vocabularySize)).toBeLessThan(
      1e-5,
    )
  })
})

describe('a checkpoint for text and pictures', () => {
  it.each([
    ['transformers saves it', (name: string) => `language_model.${name}`, 'vision_tower.'],
    [
      'its modules are called',
      (name: string) => name.replace(/^model\./, 'model.language_model.'),
      'model.vision_tower.',
    ],
  ])('is converted by its text part alone, named as %s', async (_, rename, pictures) => {
    const source = join(temporaryFolder(), 'nested')
    cpSync(checkpoint('tiny-gemma3'), source, { recursive: true })
    const file = join(source, 'model.safetensors')
    const picture = { name: `${pictures}head.probe`, format: 'F32', shape: [2], data: new Uint8Array(8) }
    const tensors = await readTensors(file)
    writeTensors(file, [...tensors.map((tensor) => ({ ...tensor, name: rename(tensor.name) })), picture])
    const { eos_token_id, ...text } = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8'))
    const architectures = ['Gemma3ForConditionalGeneration']
    const nested = { architectures, eos_token_id, text_config: text, vision_config: { hidden_size: 8 } }
    writeFileSync(join(source, 'config.json'), JSON.stringify(nested))

    const session = await converted(source, 'fp32')
    const { prompts, logits } = reference('tiny-gemma3')
    const actual = await session.logits(prompts.at(-1)!)
    expect(worstPosition(actual, logits.at(-1)!, session.graph.vocabularySize)).toBeLessThan(1e-5)
    const byRow = await converted(source, 'int8', {
      activations: 'int8',
      blockSize: 'row',
      withoutReference: false,
    })
    const alone = await converted(checkpoint('tiny-gemma3'), 'int8', {
      activations: 'int8',
      blockSize: 'row',
      withoutReference: false,
    })
    expect(await byRow.logits(prompts[0]!)).toEqual(await alone.logits(prompts[0]!))
  })
})

describe.each(names)('%s in int8 by row', (name) => {
  const byRow = () =>
    converted(checkpoint(name), 'int8', { activations: 'int8', blockSize: 'row', withoutReference: false })

  it('stays close to the reference at every position', async () => {
    const session = await byRow()
    const { prompts, logits } = reference(name)
    for (const [index, prompt] of prompts.entries()) {
      const actual = await session.logits(prompt)
      expect(worstPosition(actual, logits[index]!, session.graph.vocabularySize)).toBeLessThan(0.35)
    }
  })

  it('gives the same token by token', async () => {
    const session = await byRow()
    const prompt = reference(name).prompts.at(-1)!
    const whole = await session.logits(prompt)
    const state = session.start()
    const { vocabularySize } = session.graph
    for (const [position, token] of prompt.entries()) {
      const logits = await session.append(state, [token])
      const expected = whole.slice(position * vocabularySize, (position + 1) * vocabularySize)
      expect(worstPosition(logits, expected, vocabularySize)).toBeLessThan(0.05)
    }
  })
})

it.each(['tiny-llama', 'tiny-llama-untied'])(
  '%s by row makes up for channels that are much larger than others',
  async (name) => {
    const uneven = await rewritten(checkpoint(name), unevenly)
    const { prompts, logits } = reference(name)
    const error = async (withoutReference: boolean) => {
      const more = { activations: 'int8', blockSize: 'row', withoutReference } as const
      const session = await converted(uneven, 'int8', more)
      const actual = await session.logits(prompts.at(-1)!)
      return relativeError(actual, logits.at(-1)!)
    }
    expect(await error(false)).toBeLessThan(0.85 * (await error(true)))
  },
)

it('rows in parts, as of wider models, stay as close', async () => {
  const chosen = { precision: 'int8', blockSize: 'row', target: 'cpu', activations: 'int8' } as const
  const config = readDecoderConfig(
    JSON.parse(readFileSync(join(checkpoint('tiny-llama'), 'config.json'), 'utf8')),
  )
  const down = { kind: 'rows', bits: 7, parts: 4 } as const
  const formats = { ...weightFormats(chosen, config), down }
  const session = await converted(checkpoint('tiny-llama'), 'int8', {
    ...chosen,
    formats,
    withoutReference: false,
  })
  const { prompts, logits } = reference('tiny-llama')
  const actual = await session.logits(prompts.at(-1)!)
  expect(worstPosition(actual, logits.at(-1)!, session.graph.vocabularySize)).toBeLessThan(0.35)
})

describe.each(names)('%s in half precision', (name) => {
  it('stays close to the reference', async () => {
    const session = await converted(checkpoint(name), 'fp16', { target: 'cuda' })
    const { prompts, logits } = reference(name)
    for (const [index, prompt] of prompts.entries()) {
      const actual = await session.logits(prompt)
      expect(worstPosition(actual, logits[index]!, session.graph.vocabularySize)).toBeLessThan(0.02)
    }
  })
})

describe.each(names)('%s quantized', (name) => {
  it.each([
    { precision: 'int8', block: 32, gateAndUp: 32, vocabulary: 32, sensitive: false },
    { precision: 'int4', block: 32, gateAndUp: 32, vocabulary: 64, sensitive: true },
    { precision: 'int4', block: 'mixed', gateAndUp: 128, vocabulary: 64, sensitive: false },
  ] as const)(
    'computes in $precision, block $block, what its dequantized weights do',
    async ({ precision, block, gateAndUp, vocabulary, sensitive }) => {
      const { num_hidden_layers } = JSON.parse(readFileSync(join(checkpoint(name), 'config.json'), 'utf8'))
      const dequantized = await withDequantized(checkpoint(name), ({ name: tensor, shape }) => {
        if (/embed_tokens|lm_head/.test(tensor)) {
          const blockSize = [64, 32].find((size) => size <= vocabulary && shape[1]! % size === 0)
          return blockSize ? eightBits(blockSize) : null
        }
        if (precision === 'int8') return eightBits(32)
        const layer = Number(/layers\.(\d+)/.exec(tensor)![1])
        const isWhole = layer === 0 || layer >= num_hidden_layers - Math.floor(num_hidden_layers / 16)
        const isThird = layer % 3 === 2 && tensor.includes('down_proj')
        if ((sensitive && (isWhole || isThird)) || /[kv]_proj/.test(tensor)) return eightBits(64)
        return fourBits(/gate_proj|up_proj/.test(tensor) ? gateAndUp : 32)
      })
      const exact = await converted(checkpoint(name), precision, { blockSize: block })
      const rounded = await converted(checkpoint(name), precision, { blockSize: block, activations: 'int8' })
      const expected = await converted(dequantized, 'fp32')
      const { vocabularySize } = expected.graph
      for (const prompt of reference(name).prompts) {
        const logits = await expected.logits(prompt)
        expect(worstPosition(await exact.logits(prompt), logits, vocabularySize)).toBeLessThan(1e-5)
        // These random networks amplify a small change about tenfold.
        expect(worstPosition(await rounded.logits(prompt), logits, vocabularySize)).toBeLessThan(0.3)
      }
    },
  )
})

/** The same Llama with some channels eight times as large between norm and matrix, and between up and down. */
function unevenly({ name, shape }: PlainTensor, weights: Float32Array): Float32Array {
  const columns = shape.at(-1)!
  const large = (channel: number) => channel % 23 === 3
  return weights.map((weight, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns]
    if (/\.(input|post_attention)_layernorm\./.test(name)) return large(column) ? weight * 8 : weight
    const taken = /\.(q|k|v|gate|up|down)_proj\./.test(name) && large(column) ? weight / 8 : weight
    return name.includes('up_proj') && large(row) ? taken * 8 : taken
  })
}

/** A copy of a checkpoint whose matrices went through the quantizer and back. */
const withDequantized = (source: string, formatOf: (tensor: PlainTensor) => BlockFormat | null) =>
  rewritten(source, (tensor, weights) => {
    const format = tensor.shape.length === 2 ? formatOf(tensor) : null
    return format ? roundTrip(tensor, weights, format) : weights
  })

const stored = { scaleType: 'float16', zeroPoints: false } as const
const eightBits = (blockSize: number): BlockFormat => ({ ...stored, bits: 8, blockSize, scaleCandidates: 1 })
const fourBits = (blockSize: number): BlockFormat => ({
  ...stored,
  bits: 4,
  blockSize,
  scaleCandidates: 8,
  zeroPoints: true,
})

function roundTrip(tensor: PlainTensor, weights: Float32Array, format: BlockFormat): Float32Array {
  const columns = tensor.shape[1]!
  return dequantizeRows(quantizeRows(weights, columns, format), columns, format)
}
