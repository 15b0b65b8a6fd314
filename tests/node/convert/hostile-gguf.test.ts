import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { convertCommand } from '../../../inference-node/cli/convert-command.ts'
import { readDecoderConfig } from '../../../inference-node/convert/checkpoint/decoder-config.ts'
import { openCheckpoint } from '../../../inference-node/convert/checkpoint/open-checkpoint.ts'
import { ModelError } from '../../../inference-node/model/model-error.ts'
import { checkpoint, collected, temporaryFolder } from './fixtures.ts'

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (value: number | bigint) =>
  Buffer.from(BigUint64Array.of(BigInt.asUintN(64, BigInt(value))).buffer)
const string = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
const f32 = (value: number) => Buffer.from(Float32Array.of(value).buffer)

/** Bytes of metadata values behind their type. */
const value = {
  u32: (number: number) => Buffer.concat([u32(4), u32(number)]),
  f32: (number: number) => Buffer.concat([u32(6), f32(number)]),
  string: (text: string) => Buffer.concat([u32(8), string(text)]),
  array: (type: number, count: number | bigint, items: Buffer) =>
    Buffer.concat([u32(9), u32(type), u64(count), items]),
}

interface Entry {
  name: string
  sizes: (number | bigint)[]
  offset: number | bigint
}

interface Parts {
  metadata: [string, Buffer][]
  tensors: Entry[]
  /** Bytes behind the header. */
  body: number
}

const headSize = 8
const tokens = ['a', 'b', 'c', 'd']

/** The parts of a sound file: a Llama of one layer with weights of zero. */
function sound(): Parts {
  const named: [string, number[]][] = [
    ['token_embd.weight', [16, 4]],
    ['output_norm.weight', [16]],
    ['blk.0.attn_norm.weight', [16]],
    ['blk.0.attn_q.weight', [16, 16]],
    ['blk.0.attn_k.weight', [16, 16]],
    ['blk.0.attn_v.weight', [16, 16]],
    ['blk.0.attn_output.weight', [16, 16]],
    ['blk.0.ffn_norm.weight', [16]],
    ['blk.0.ffn_gate.weight', [16, 32]],
    ['blk.0.ffn_up.weight', [16, 32]],
    ['blk.0.ffn_down.weight', [32, 16]],
  ]
  let at = 0
  const tensors = named.map(([name, sizes]) => {
    const offset = at
    at += 4 * sizes.reduce((product, size) => product * size, 1)
    return { name, sizes, offset }
  })
  const numbers = {
    block_count: 1,
    context_length: 64,
    embedding_length: 16,
    feed_forward_length: 32,
    'attention.head_count': 2,
    'attention.head_count_kv': 2,
    'attention.key_length': headSize,
  }
  return {
    metadata: [
      ['general.architecture', value.string('llama')],
      ...Object.entries(numbers).map(([key, number]): [string, Buffer] => [
        `llama.${key}`,
        value.u32(number),
      ]),
      ['llama.attention.layer_norm_rms_epsilon', value.f32(1e-5)],
      ['tokenizer.ggml.tokens', value.array(8, tokens.length, Buffer.concat(tokens.map(string)))],
      ['tokenizer.ggml.eos_token_id', value.u32(1)],
    ],
    tensors,
    body: at,
  }
}

function encode({ metadata, tensors, body }: Parts): Buffer {
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata.flatMap(([key, bytes]) => [string(key), bytes]),
    ...tensors.flatMap(({ name, sizes, offset }) => [
      string(name),
      u32(sizes.length),
      ...sizes.map(u64),
      u32(0),
      u64(offset),
    ]),
  ])
  return Buffer.concat([header, Buffer.alloc(-header.length & 31), Buffer.alloc(body)])
}

const set =
  (key: string, bytes: Buffer) =>
  ({ metadata }: Parts) => {
    const known = metadata.find(([name]) => name === key)
    if (known) known[1] = bytes
    else metadata.push([key, bytes])
  }

const place = (index: number, change: Partial<Entry>) => (parts: Parts) => {
  Object.assign(parts.tensors[index]!, change)
}

/** The items of an array: arrays of one array each, `depth` deep, behind the type of the innermost. */
const nested = (depth: number): Buffer =>
  depth === 0 ? Buffer.concat([u32(0), u64(0)]) : Buffer.concat([u32(9), u64(1), nested(depth - 1)])

describe('a hostile GGUF file gives one line that names what is wrong:', () => {
  let tokenizer: string

  beforeAll(() => {
    tokenizer = mkdtempSync(join(tmpdir(), 'keval-hostile-'))
    cpSync(checkpoint('tiny-llama'), tokenizer, { recursive: true })
    const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]))
    writeFileSync(join(tokenizer, 'tokenizer.json'), JSON.stringify({ model: { vocab }, added_tokens: [] }))
    return () => rmSync(tokenizer, { recursive: true })
  })

  function write(bytes: Buffer): string {
    const file = join(temporaryFolder(), 'hostile.gguf')
    writeFileSync(file, bytes)
    return file
  }

  async function open(bytes: Buffer) {
    const opened = await openCheckpoint(write(bytes), tokenizer)
    readDecoderConfig(opened.config)
    return opened
  }

  it('none for a sound file, whose tensors are all there', async () => {
    const opened = await open(encode(sound()))
    expect(opened.bytes).toBe(sound().body)
    expect(opened.tensor('model.layers.0.mlp.down_proj.weight', [16, 32]).offset % 32).toBe(0)
  })

  it.each<[string, (parts: Parts) => void, string | RegExp]>([
    ['a tensor behind the end', place(10, { offset: 1 << 20 }), 'ffn_down.weight ends at byte'],
    ['an offset of 2^64 - 32', place(10, { offset: -32n }), 'ffn_down.weight ends at byte'],
    ['tensors in the same place', place(4, { offset: 384 }), 'attn_q.weight and blk.0.attn_k.weight overlap'],
    ['tensors that overlap in part', place(5, { offset: 384 + 2048 - 32 }), 'overlap'],
    ['an offset off the grid', place(10, { offset: 12 }), 'ffn_down.weight begins at byte 12 of the weights'],
    ['a tensor twice', ({ tensors }) => void tensors.push({ ...tensors[0]!, offset: 0 }), /overlap|twice/],
    ['an empty tensor twice', ({ tensors }) => void tensors.push({ ...tensors[1]! }), /overlap|twice/],
    ['a dimension of zero', place(3, { sizes: [16, 0] }), 'attn_q.weight has shape [0, 16]'],
    ['a dimension of -1', place(3, { sizes: [16, -1n] }), 'attn_q.weight has shape ['],
    ['a dimension of 2^62', place(3, { sizes: [1n << 62n, 1n << 62n] }), 'attn_q.weight has shape ['],
    ['a matrix larger than the file', place(3, { sizes: [1 << 15, 1 << 15] }), 'attn_q.weight ends at byte'],
    ['no dimensions', place(3, { sizes: [] }), 'has 0 dimensions'],
    ['five dimensions', place(3, { sizes: [1, 1, 1, 1, 16] }), 'has 5 dimensions'],
    ['a string of 2^60 bytes', set('x', Buffer.concat([u32(8), u64(1n << 60n)])), 'bytes of a string'],
    ['a string longer than the file', set('x', Buffer.concat([u32(8), u64(1 << 20)])), 'truncated inside'],
    ['an array of 2^60 strings', set('x', value.array(8, 1n << 60n, u64(0))), 'items of an array'],
    ['an array of -1 bytes', set('x', value.array(0, -1n, u64(0))), 'items of an array'],
    ['an array longer than the file', set('x', value.array(12, 1 << 20, u64(0))), 'truncated inside'],
    [
      'arrays that are many together',
      set(
        'x',
        value.array(
          9,
          3,
          Buffer.concat(Array(3).fill(Buffer.concat([u32(0), u64(3 << 20), Buffer.alloc(3 << 20)]))),
        ),
      ),
      'arrays hold more than',
    ],
    ['arrays in arrays', set('x', Buffer.concat([u32(9), nested(2000)])), 'nested too deeply'],
    ['a key twice', ({ metadata }) => void metadata.push(metadata[0]!), 'has general.architecture twice'],
    ['a key of 100 kB', set('x'.repeat(100_000), value.u32(1)), 'bytes of a name'],
    ['a tensor name of 100 kB', place(0, { name: 'x'.repeat(100_000) }), 'bytes of a name'],
    [
      'a tensor name of several lines',
      place(0, { name: 'a\nb\u001b[2J' }),
      'model.embed_tokens.weight is missing',
    ],
    [
      'a tensor of a strange name',
      ({ tensors, body }) => void tensors.push({ name: 'a\nb', sizes: [8], offset: body + 1024 }),
      'tensor a\\u000ab ends',
    ],
    [
      'an architecture of a megabyte',
      set('general.architecture', value.string('x'.repeat(1 << 20))),
      'is of architecture xxx',
    ],
    [
      'an architecture that is a list',
      set('general.architecture', value.array(0, 3, Buffer.alloc(3))),
      'architecture (none)',
    ],
    ['an alignment of zero', set('general.alignment', value.u32(0)), 'its alignment is no multiple of 8'],
    ['an alignment of 1.5', set('general.alignment', value.f32(1.5)), 'its alignment is no multiple of 8'],
    [
      'an alignment that is no number',
      set('general.alignment', value.f32(Number.NaN)),
      'its alignment is no multiple of 8',
    ],
    [
      'tokens that are numbers',
      set('tokenizer.ggml.tokens', value.array(4, 4, Buffer.alloc(16))),
      'no vocabulary',
    ],
    [
      'tokens that are lists',
      set('tokenizer.ggml.tokens', value.array(9, 4, Buffer.concat(Array(4).fill(nested(0))))),
      'no vocabulary',
    ],
    [
      'an end token beyond the vocabulary',
      set('tokenizer.ggml.eos_token_id', value.u32(4)),
      'eos_token_id is none of the 4 tokens',
    ],
    [
      'an end token that is text',
      set('tokenizer.ggml.eos_token_id', value.string('b')),
      'eos_token_id is none of the 4 tokens',
    ],
    ['no heads', set('llama.attention.head_count', value.u32(0)), 'num_attention_heads'],
    ['four billion layers', set('llama.block_count', value.u32(0xffffffff)), 'num_hidden_layers'],
    [
      'an epsilon that is no number',
      set('llama.attention.layer_norm_rms_epsilon', value.f32(Number.NaN)),
      'is not one number',
    ],
    [
      'an endless rope',
      set('llama.rope.freq_base', value.f32(Number.POSITIVE_INFINITY)),
      'is not one number',
    ],
    ['a rope base of zero', set('llama.rope.freq_base', value.f32(0)), 'rope_theta 0'],
    [
      'a rope factor of zero',
      (parts) => {
        set('llama.rope.scaling.type', value.string('linear'))(parts)
        set('llama.rope.scaling.factor', value.f32(0))(parts)
      },
      'factor 0',
    ],
    [
      'rope factors of another head',
      (parts) => {
        parts.tensors.push({ name: 'rope_freqs.weight', sizes: [1], offset: parts.body })
        parts.body += 32
      },
      '1 rope_freqs for heads of 8',
    ],
  ])('%s', async (_, change, message) => {
    const parts = sound()
    change(parts)
    const file = write(encode(parts))
    const output = collected()
    const out = join(temporaryFolder(), 'model')
    const code = await convertCommand.run(
      [file, '--out', out, '--for', 'cpu', '--precision', 'fp32', '--tokenizer', tokenizer],
      output,
    )
    expect(code).toBe(1)
    expect(output.lines).toHaveLength(1)
    expect(output.lines[0]).toMatch(message)
    expect(output.lines[0]!.length).toBeLessThan(600)
    expect(output.lines[0]).not.toMatch(/\p{Cc}/u)
  })

  it('a folder with the name of a file', async () => {
    const folder = join(temporaryFolder(), 'folder.gguf')
    mkdirSync(folder)
    await expect(openCheckpoint(folder, tokenizer)).rejects.toThrow(ModelError)
  })

  it('bytes changed at random: opened, or refused, never a crash', async () => {
    const bytes = encode(sound())
    const header = bytes.length - sound().body
    const file = write(bytes)
    let state = 7
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const outcomes = { opened: 0, refused: 0 }
    for (let round = 0; round < 600; round++) {
      const changed = Buffer.from(bytes)
      for (let count = random(3); count >= 0; count--)
        changed[random(header)] = [0, 1, 127, 128, 255, random(256)][random(6)]!
      writeFileSync(file, changed)
      try {
        const opened = await openCheckpoint(file, tokenizer)
        readDecoderConfig(opened.config)
        outcomes.opened++
      } catch (error) {
        expect(error, `round ${round}`).toBeInstanceOf(ModelError)
        expect((error as Error).message).not.toMatch(/\p{Cc}/u)
        outcomes.refused++
      }
    }
    expect(Math.min(outcomes.opened, outcomes.refused)).toBeGreaterThan(20)
  })

  it('cut off anywhere: refused', async () => {
    const bytes = encode(sound())
    const file = write(bytes)
    for (let length = 0; length < bytes.length; length += 37) {
      writeFileSync(file, bytes.subarray(0, length))
      await expect(openCheckpoint(file, tokenizer), `${length} bytes`).rejects.toThrow(ModelError)
    }
  })
})
