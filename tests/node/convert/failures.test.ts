import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convertCommand } from '../../../inference-node/cli/convert-command.ts'
import {
  checkpoint,
  collected,
  type PlainTensor,
  readTensors,
  temporaryFolder,
  writeTensors,
} from './fixtures.ts'

interface Copy {
  folder: string
  source: string
  out: string
}

/** A checkpoint that a test may damage. */
function copyCheckpoint(name: string): Copy {
  const folder = temporaryFolder()
  const source = join(folder, 'checkpoint')
  cpSync(checkpoint(name), source, { recursive: true })
  return { folder, source, out: join(folder, 'model') }
}

/** Converts, expects one line of failure and nothing left behind, and gives the line. */
async function convertFailure({ folder, source, out }: Copy, ...more: string[]): Promise<string> {
  const before = readdirSync(folder)
  const output = collected()
  const target = more.includes('--for') ? [] : ['--for', 'cpu']
  const command = [source, '--out', out, '--precision', 'int8', ...target, ...more]
  expect(await convertCommand.run(command, output)).toBe(1)
  expect(readdirSync(folder)).toEqual(before)
  expect(output.lines).toHaveLength(1)
  return output.lines[0]!
}

async function changeTensors(source: string, change: (tensors: PlainTensor[]) => PlainTensor[]) {
  const file = join(source, 'model.safetensors')
  writeTensors(file, change(await readTensors(file)))
}

function changeConfig(source: string, change: Record<string, unknown>) {
  const file = join(source, 'config.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
}

const attention = 'model.layers.1.self_attn.k_proj.weight'

describe('convert refuses', () => {
  it('a checkpoint without one of its shards', async () => {
    const copy = copyCheckpoint('tiny-llama-untied')
    rmSync(join(copy.source, 'model-00003-of-00006.safetensors'))
    expect(await convertFailure(copy)).toContain('model-00003-of-00006.safetensors')
  })

  it('a shard that lacks a tensor the index promises', async () => {
    const copy = copyCheckpoint('tiny-llama-untied')
    const file = join(copy.source, 'model-00002-of-00006.safetensors')
    const [gone, ...rest] = await readTensors(file)
    writeTensors(file, rest)
    expect(await convertFailure(copy)).toContain(gone!.name)
  })

  it('a checkpoint without weights', async () => {
    const copy = copyCheckpoint('tiny-llama')
    rmSync(join(copy.source, 'model.safetensors'))
    expect(await convertFailure(copy)).toContain('no model.safetensors')
  })

  it('a renamed tensor', async () => {
    const copy = copyCheckpoint('tiny-llama')
    await changeTensors(copy.source, (tensors) =>
      tensors.map((tensor) => (tensor.name === attention ? { ...tensor, name: 'model.renamed' } : tensor)),
    )
    expect(await convertFailure(copy)).toContain(`tensor ${attention} is missing`)
  })

  it('a tensor of another shape', async () => {
    const copy = copyCheckpoint('tiny-llama')
    await changeTensors(copy.source, (tensors) =>
      tensors.map((tensor) => (tensor.name === attention ? { ...tensor, shape: [64, 32] } : tensor)),
    )
    expect(await convertFailure(copy)).toBe(
      `keval-node convert: tensor ${attention} has shape [64, 32]; config.json calls for [32, 64]`,
    )
  })

  it('a tensor in a number format that is not trained weights', async () => {
    const copy = copyCheckpoint('tiny-llama')
    await changeTensors(copy.source, (tensors) =>
      tensors.map((tensor) => (tensor.name === attention ? { ...tensor, format: 'I16' } : tensor)),
    )
    expect(await convertFailure(copy)).toContain(`tensor ${attention} is stored as I16`)
  })

  it.each([
    ['inside the tensors', 200_000, /truncated: tensor /],
    ['inside the header', 100, /truncated inside its header/],
    ['before the header', 4, /truncated: it has only 4 bytes/],
  ])('a file cut off %s', async (_, length, message) => {
    const copy = copyCheckpoint('tiny-llama')
    truncateSync(join(copy.source, 'model.safetensors'), length)
    const line = await convertFailure(copy)
    expect(line).toContain('model.safetensors')
    expect(line).toMatch(message)
  })

  it('a file with bytes that no tensor accounts for', async () => {
    const copy = copyCheckpoint('tiny-llama')
    const file = join(copy.source, 'model.safetensors')
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(3)]))
    expect(await convertFailure(copy)).toContain('3 bytes more than its header accounts for')
  })

  it('a flipped byte in the header', async () => {
    const copy = copyCheckpoint('tiny-llama')
    const file = join(copy.source, 'model.safetensors')
    const bytes = readFileSync(file)
    const at = bytes.indexOf('"data_offsets"')
    bytes[at] = bytes[at]! ^ 0x40
    writeFileSync(file, bytes)
    expect(await convertFailure(copy)).toContain('model.safetensors')
  })

  it('a flipped bit that makes a weight impossible', async () => {
    const copy = copyCheckpoint('tiny-llama')
    await changeTensors(copy.source, (tensors) =>
      tensors.map((tensor) => {
        // The highest exponent bit of a bfloat16.
        if (tensor.name === attention) tensor.data[201] = tensor.data[201]! ^ 0x40
        return tensor
      }),
    )
    expect(await convertFailure(copy)).toMatch(new RegExp(`tensor ${attention} .* damaged`))
  })

  it('weights that are not what the hub said they are', async () => {
    const copy = copyCheckpoint('tiny-llama')
    const file = join(copy.source, 'model.safetensors')
    const metadata = join(copy.source, '.cache/huggingface/download')
    mkdirSync(metadata, { recursive: true })
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
    writeFileSync(join(metadata, 'model.safetensors.metadata'), `abc\n${digest}\n1700000000.0\n`)
    const good = collected()
    expect(await convertCommand.run([copy.source, '--out', join(copy.folder, 'good')], good)).toBe(0)
    const bytes = readFileSync(file)
    bytes[bytes.length - 100] = bytes[bytes.length - 100]! ^ 1
    writeFileSync(file, bytes)
    expect(await convertFailure(copy)).toMatch(/model\.safetensors is damaged.*sha-256/i)
  })

  it.each([
    ['another architecture', { architectures: ['PhiForCausalLM'] }, 'PhiForCausalLM is not supported'],
    ['biased attention', { attention_bias: true }, 'attention_bias'],
    ['another activation', { hidden_act: 'gelu' }, 'activation gelu'],
    [
      'an unknown position embedding',
      { rope_parameters: { rope_type: 'yarn', factor: 4 } },
      'rope type yarn',
    ],
    ['a config without sizes', { num_hidden_layers: null }, 'num_hidden_layers'],
    ['a config without layers', { num_hidden_layers: 0 }, 'num_hidden_layers 0; a whole number from 1'],
    [
      'fewer layers than there are weights',
      { num_hidden_layers: 1 },
      /tensor model\.layers\.1\..* has no place in the LlamaForCausalLM with 1 layers/,
    ],
    ['more layers than there are weights', { num_hidden_layers: 3 }, 'model.layers.2.'],
    ['more layers than any model has', { num_hidden_layers: 1e9 }, 'num_hidden_layers 1000000000; a whole'],
    ['a norm without a size', { rms_norm_eps: 0 }, 'rms_norm_eps 0; a number above 0'],
    ['a context in words', { max_position_embeddings: 'long' }, 'no number max_position_embeddings'],
    ['a head that no kernel takes', { head_dim: 20 }, 'head_dim 20; a multiple of 8'],
  ])('%s', async (_, change, message) => {
    const copy = copyCheckpoint('tiny-llama')
    changeConfig(copy.source, change)
    expect(await convertFailure(copy)).toMatch(message)
  })

  it('a bias that the config does not mention', async () => {
    const copy = copyCheckpoint('tiny-llama')
    const name = 'model.layers.0.self_attn.q_proj.bias'
    await changeTensors(copy.source, (tensors) => [
      ...tensors,
      { name, format: 'BF16', shape: [64], data: new Uint8Array(128) },
    ])
    expect(await convertFailure(copy)).toContain(`tensor ${name} has no place`)
  })

  it.each(['null', '7', '{'])('a config.json that is %s', async (text) => {
    const copy = copyCheckpoint('tiny-llama')
    writeFileSync(join(copy.source, 'config.json'), text)
    expect(await convertFailure(copy)).toContain('config.json is not')
  })

  it('to overwrite what is there', async () => {
    const copy = copyCheckpoint('tiny-llama')
    writeFileSync(copy.out, 'mine')
    expect(await convertFailure(copy)).toContain('exists already')
    expect(readFileSync(copy.out, 'utf8')).toBe('mine')
  })

  it('to write where it cannot', async () => {
    const copy = copyCheckpoint('tiny-llama')
    copy.out = '/dev/null/model'
    expect(await convertFailure(copy)).toContain('cannot write /dev/null/model')
  })

  it('a checkpoint without a tokenizer, which could not be served', async () => {
    const copy = copyCheckpoint('tiny-llama')
    rmSync(join(copy.source, 'tokenizer.json'))
    expect(await convertFailure(copy)).toContain('has no tokenizer.json')
  })

  it('a tokenizer of another model', async () => {
    const copy = copyCheckpoint('tiny-llama')
    const file = join(copy.source, 'tokenizer.json')
    const tokenizer = JSON.parse(readFileSync(file, 'utf8'))
    tokenizer.model.vocab.너무먼낱말 = 70_000
    writeFileSync(file, JSON.stringify(tokenizer))
    expect(await convertFailure(copy)).toMatch(/with id 70000, but the model has 512 tokens/)
  })

  it('an end token beyond the vocabulary', async () => {
    const copy = copyCheckpoint('tiny-llama')
    writeFileSync(
      join(copy.source, 'generation_config.json'),
      JSON.stringify({ eos_token_id: [508, 128_009] }),
    )
    expect(await convertFailure(copy)).toContain('end token 128009, but the model has 512 tokens')
  })

  it('to write into a folder that another conversion fills, and clears one that a killed one left', async () => {
    const copy = copyCheckpoint('tiny-llama')
    const partial = `${copy.out}.partial`
    mkdirSync(partial)
    writeFileSync(join(partial, '.converting-process'), String(process.pid))
    expect(await convertFailure(copy)).toContain(`is being converted by process ${process.pid}`)
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    writeFileSync(join(partial, '.converting-process'), String(gone))
    writeFileSync(join(partial, 'model.onnx'), 'half')
    expect(await convertCommand.run([copy.source, '--out', copy.out], collected())).toBe(0)
    expect(existsSync(partial)).toBe(false)
    expect(readdirSync(copy.out)).not.toContain('.converting-process')
  })

  it.skipIf(!canMount())('to fill a disk that is full', async () => {
    const copy = copyCheckpoint('tiny-llama')
    const disk = join(copy.folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk])
    try {
      copy.out = join(disk, 'model')
      expect(await convertFailure(copy)).toMatch(/no space left .*disk\/model/)
      expect(readdirSync(disk)).toEqual([])
      // Room for the weights, but not for what else belongs to the model.
      execFileSync('mount', ['-o', 'remount,size=320k', disk])
      expect(await convertFailure(copy)).toMatch(/no space left to write .*disk\/model/)
      expect(readdirSync(disk)).toEqual([])
    } finally {
      execFileSync('umount', [disk])
    }
  })

  it('options it does not know', async () => {
    const output = collected()
    expect(await convertCommand.run(['x', '--out', 'y', '--precision', 'int2'], output)).toBe(2)
    expect(output.lines[0]).toContain('--precision is int2; int8, int4, fp16, bf16, fp32 are possible')
    expect(await convertCommand.run(['x', '--ouy', 'y'], output)).toBe(2)
  })

  it.each([
    [['--precision', 'int4', '--block', 'row'], '--block is row; mixed, 32, 64, 128 are possible'],
    [['--for', 'cuda', '--precision', 'int8', '--block', 'row'], '--block is row; mixed, 32, 64, 128'],
    [['--activations', 'full', '--block', 'row'], '--block is row; mixed, 32, 64, 128'],
    [['--for', 'cuda', '--precision', 'fp32'], '--precision is fp32; int8, int4, fp16, bf16 are possible'],
  ])('integers by row and float32 where they do not fit: %j', async (options, message) => {
    const output = collected()
    expect(await convertCommand.run(['x', '--out', 'y', ...options], output)).toBe(2)
    expect(output.lines[0]).toContain(message)
  })
})

describe('a conversion that is ended', () => {
  /** Starts one that takes a while, and waits until it writes. */
  async function startConversion() {
    const { source, out } = copyCheckpoint('tiny-llama')
    const launcher = join(import.meta.dirname, '../../../bin/keval-node.mjs')
    const child = spawn(process.execPath, [launcher, 'convert', source, '--out', out], { stdio: 'ignore' })
    const partial = `${out}.partial`
    await expect
      .poll(() => existsSync(join(partial, 'model.onnx')), { timeout: 20_000, interval: 1 })
      .toBe(true)
    return { child, out, partial }
  }

  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s of its launcher leaves nothing', async (signal) => {
    const { child, out, partial } = await startConversion()
    child.kill(signal)
    await expect.poll(() => existsSync(partial), { timeout: 20_000 }).toBe(false)
    expect(existsSync(out)).toBe(false)
  })
})

/** Mounting a small disk takes a privilege that not every machine gives. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'keval-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

it('convert warns of Gemma 2 in float16 on a GPU, and of nothing in bfloat16', async () => {
  const convert = async (precision: string) => {
    const { source, out } = copyCheckpoint('tiny-gemma2')
    const output = collected()
    await convertCommand.run([source, '--out', out, '--for', 'cuda', '--precision', precision], output)
    return output.lines.filter((line) => line.includes('may overflow in float16'))
  }
  expect(await convert('fp16')).toHaveLength(1)
  expect(await convert('bf16')).toEqual([])
})
