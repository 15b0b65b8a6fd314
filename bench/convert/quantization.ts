/**
 * Measures the cost of quantization: perplexity, divergence from float32 and agreement of the most likely token, for several
 * formats of one checkpoint over the same text.
 *
 *     node bench/convert/quantization.ts <checkpoint> [text file] [tokens] [--only WORDS] [--minutes 60]
 *       [--gguf FILE]… [--model DIRECTORY]…
 *
 * `--only` is a regular expression over the names of the formats. No format is begun after so many minutes. `--gguf` adds
 * the weights of a GGUF file of the same model, run in float32 (see `llama_cpp_gguf.py`); `--model` adds a directory of
 * another maker as it is.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { readDecoderConfig } from '../../inference-node/convert/checkpoint/decoder-config.ts'
import { openCheckpoint } from '../../inference-node/convert/checkpoint/open-checkpoint.ts'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import { type PrecisionOptions, weightFormats } from '../../inference-node/convert/precision.ts'
import type { MatrixFormat, WeightFormats } from '../../inference-node/convert/weights/matrix-formats.ts'
import { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'
import { loadTokenizer } from '../../inference-node/model/tokenizer.ts'
import { Divergence } from './divergence.ts'

const { values, positionals } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '60' },
    gguf: { type: 'string', multiple: true, default: [] },
    model: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
})
const [checkpoint, textFile = 'node_modules/pino/docs/transports.md', wanted = '2048'] = positionals
if (!checkpoint)
  throw new Error('usage: node bench/convert/quantization.ts <checkpoint> [text file] [tokens]')

const { vocab_size } = JSON.parse(readFileSync(join(checkpoint, 'config.json'), 'utf8'))
const tokenizer = await loadTokenizer(checkpoint, vocab_size)
const tokens = tokenizer.encode(readFileSync(textFile, 'utf8')).slice(0, Number(wanted))
const window = 512

const config = readDecoderConfig((await openCheckpoint(checkpoint)).config)
const options = { precision: 'int4', blockSize: 32, target: 'cpu', activations: 'int8' } as const
interface Variant {
  name: string
  formats: WeightFormats
  /** Not calibrated: all weights count the same when they are rounded, one by one. */
  nearest?: boolean
}
/** The formats that `keval-node convert` chooses for these options, with some of them replaced. */
const variant = (
  name: string,
  chosen: Partial<PrecisionOptions>,
  change: (formats: WeightFormats) => WeightFormats = (formats) => formats,
): Variant => {
  const formats = weightFormats({ ...options, ...chosen }, config)
  return { name, formats: change(formats) }
}
const block32 = { precision: 'int4', blockSize: 32 } as const
const without = (format: MatrixFormat): MatrixFormat =>
  format && 'zeroPoints' in format ? { ...format, zeroPoints: false } : format
const withoutSensitive = ({ sensitive: _, ...formats }: WeightFormats): WeightFormats => formats
/** Keys and values as queries, and nothing sensitive. */
const evenly = (formats: WeightFormats) => ({
  ...withoutSensitive(formats),
  keysAndValues: formats.attention,
})
const symmetric = (formats: WeightFormats): WeightFormats => {
  const [attention, gateAndUp, down] = [formats.attention, formats.gateAndUp, formats.down].map(without)
  return {
    ...withoutSensitive(formats),
    attention: attention!,
    keysAndValues: attention!,
    gateAndUp: gateAndUp!,
    down: down!,
  }
}
const byRow = (bits: 7 | 8, parts: number): Variant => {
  const chosen = { precision: 'int8', blockSize: 'row', rowBits: bits } as const
  const down = { kind: 'rows', bits, parts } as const
  return variant(`int8 by row, ${bits} bits, down in ${parts}`, chosen, (formats) => ({ ...formats, down }))
}
const full = { activations: 'full' } as const
const variants: Variant[] = [
  { ...variant('int8, block 32, activations in full', { precision: 'int8', ...full }), nearest: true },
  { ...variant('int8, block 32', { precision: 'int8' }), nearest: true },
  ...([7, 8] as const).flatMap((bits) => [1, 2, 4].map((parts) => byRow(bits, parts))),
  variant('int4, block 32, activations in full', { ...block32, ...full }),
  variant('int4, block 32', block32),
  variant('int4, block 32, int8 for keys and values alone', block32, withoutSensitive),
  variant('int4, block 32, nothing int8', block32, evenly),
  variant('int4, block 32, nothing int8, no zero points', block32, symmetric),
  { ...variant('int4, block 32, nothing int8, no zero points, nearest', block32, symmetric), nearest: true },
  variant('int4, block 64', { blockSize: 64 }),
  variant('int4, block 128', { blockSize: 128 }),
  variant('int4, mixed', { blockSize: 'mixed' }),
  variant('int4, mixed, gate and up without zero points', { blockSize: 'mixed' }, (formats) => ({
    ...formats,
    gateAndUp: without(formats.gateAndUp),
  })),
  variant('int4, mixed, nothing int8, no zero points', { blockSize: 'mixed' }, symmetric),
].filter(({ name }) => new RegExp(values.only).test(name))

const folder = mkdtempSync(join(tmpdir(), 'keval-quantization-'))
try {
  const open = async ({ name, formats, nearest }: Variant) => {
    const out = join(folder, name.replaceAll(/\W+/g, '-'))
    const { weightFiles } = await convertCheckpoint(checkpoint, out, {
      ...options,
      // calibrates rows too
      blockSize: 'kind' in (formats.attention ?? {}) ? 'row' : 32,
      precision: 'kind' in (formats.attention ?? {}) ? 'int8' : 'int4',
      contextLength: window,
      formats,
      withoutReference: nearest || formats.attention === null,
    })
    const session = await DecoderSession.open(await openModelDirectory(out))
    rmSync(out, { recursive: true })
    return { session, megabytes: weightFiles.reduce((sum, file) => sum + file.bytes, 0) / 1e6 }
  }
  const openGgufWeights = async (file: string) => {
    const out = join(folder, 'gguf')
    await convertCheckpoint(file, out, {
      ...options,
      precision: 'fp32',
      activations: 'full',
      contextLength: window,
      tokenizer: checkpoint,
      withoutReference: true,
    })
    const session = await DecoderSession.open(await openModelDirectory(out))
    rmSync(out, { recursive: true })
    return { session, megabytes: (await openCheckpoint(file, checkpoint)).bytes / 1e6 }
  }
  const openModel = async (path: string) => {
    const files = readdirSync(path).filter((name) => /\.onnx(\.data|_data)?$/.test(name))
    const megabytes = files.reduce((sum, name) => sum + statSync(join(path, name)).size, 0) / 1e6
    return { session: await DecoderSession.open(await openModelDirectory(path)), megabytes }
  }
  const reference = await open(variant('fp32', { precision: 'fp32' }))
  const expected: Float32Array[] = []
  for (let at = 0; at + window <= tokens.length; at += window)
    expected.push(await reference.session.logits(tokens.slice(at, at + window)))
  await reference.session.close()

  console.log(`${expected.length * window} tokens of ${textFile}, windows of ${window}`)
  console.log('| format | MB | perplexity | KL to fp32 (nats) | same most likely token |')
  console.log('|---|---|---|---|---|')
  const report = (name: string, megabytes: number, sums: Divergence) =>
    console.log(`| ${name} | ${megabytes.toFixed(0)} | ${sums.row()} |`)
  report('fp32', reference.megabytes, await compare(async (index) => expected[index]!))
  const rows = [
    ...variants.map((variant) => ({ name: variant.name, open: () => open(variant) })),
    ...values.gguf.map((file) => ({
      name: `${basename(file)}, its weights alone`,
      open: () => openGgufWeights(file),
    })),
    ...values.model.map((path) => ({ name: basename(path), open: () => openModel(path) })),
  ]
  for (const { name, open } of rows) {
    if (performance.now() > Number(values.minutes) * 60_000) {
      console.error(`stopped after ${values.minutes} minutes, before "${name}"`)
      break
    }
    const { session, megabytes } = await open()
    report(
      name,
      megabytes,
      await compare((index) => session.logits(tokens.slice(index * window, (index + 1) * window))),
    )
    await session.close()
  }

  async function compare(readLogits: (index: number) => Promise<Float32Array>): Promise<Divergence> {
    const sums = new Divergence()
    for (const [index, wanted] of expected.entries())
      sums.add(wanted, await readLogits(index), tokens.slice(index * window, (index + 1) * window))
    return sums
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
