/**
 * What quantization costs: perplexity, divergence from float32 and agreement of the most likely token, for several
 * formats of one checkpoint over the same text.
 *
 *     node bench/convert/quantization.ts <checkpoint> [text file] [tokens] [--only WORDS] [--minutes 60]
 *
 * `--only` is a regular expression over the names of the formats. No format is begun after so many minutes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import type { BlockFormat } from '../../inference-node/convert/weights/quantize.ts'
import type { MatrixFormat, WeightFormats } from '../../inference-node/convert/weights/weight-plan.ts'
import { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'
import { loadTokenizer } from '../../inference-node/model/tokenizer.ts'
import { Divergence } from './divergence.ts'
import { roundWithZeroPoints } from './zero-point.ts'

const { values, positionals } = parseArgs({
  options: { only: { type: 'string', default: '' }, minutes: { type: 'string', default: '60' } },
  allowPositionals: true,
})
const [checkpoint, textFile = 'node_modules/pino/docs/transports.md', wanted = '2048'] = positionals
if (!checkpoint)
  throw new Error('usage: node bench/convert/quantization.ts <checkpoint> [text file] [tokens]')

const { vocab_size } = JSON.parse(readFileSync(join(checkpoint, 'config.json'), 'utf8'))
const tokenizer = await loadTokenizer(checkpoint, vocab_size)
const tokens = tokenizer.encode(readFileSync(textFile, 'utf8')).slice(0, Number(wanted))
const window = 512

const block = (bits: 4 | 8, blockSize: number, scaleCandidates: number): BlockFormat => ({
  bits,
  blockSize,
  scaleCandidates,
  scaleType: 'float32',
})
type Layers = Pick<WeightFormats, 'attention' | 'gateAndUp' | 'down'>
const all = (format: MatrixFormat): Layers => ({
  attention: format,
  gateAndUp: format,
  down: format,
})
const formats = (
  layers: Layers,
  vocabulary: BlockFormat | null,
  roundsActivations = false,
): WeightFormats => ({
  dense: 'float32',
  norms: 'float32',
  ...layers,
  vocabulary,
  roundsActivations,
})
const head = block(8, 32, 1)
const four = (blockSize: number) => block(4, blockSize, 8)
const mixed: Layers = { attention: four(32), gateAndUp: four(128), down: four(32) }
interface Variant {
  name: string
  weightFormats: WeightFormats
  calibrated?: boolean
  /** The layers were rounded with zero points beforehand, in blocks of so many. */
  zeroPointBlock?: number
}
const calibrated = (name: string, weightFormats: WeightFormats): Variant => ({
  name: `int4 calibrated, ${name}`,
  weightFormats,
  calibrated: true,
})
const variants: Variant[] = [
  { name: 'int8, block 32', weightFormats: formats(all(block(8, 32, 1)), head) },
  { name: 'int8, block 32, activations int8', weightFormats: formats(all(block(8, 32, 1)), head, true) },
  ...([7, 8] as const).flatMap((bits) =>
    [1, 4].flatMap((parts) =>
      [false, true].map((calibrated) => ({
        name: `int8 by row, ${bits} bits, down in ${parts}${calibrated ? ', calibrated' : ''}`,
        weightFormats: formats(
          { ...all({ kind: 'rows', bits, parts: 1 }), down: { kind: 'rows', bits, parts } },
          block(8, 64, 1),
          true,
        ),
        calibrated,
      })),
    ),
  ),
  ...[32, 64, 128].map((zeroPointBlock) => ({
    name: `int4 nearest with zero points, block ${zeroPointBlock}`,
    weightFormats: formats(all(null), head),
    zeroPointBlock,
  })),
  { name: 'int4 nearest, block 32', weightFormats: formats(all(block(4, 32, 1)), head) },
  { name: 'int4 nearest, block 128', weightFormats: formats(all(block(4, 128, 1)), head) },
  { name: 'int4 search, block 32', weightFormats: formats(all(four(32)), head) },
  ...[32, 64, 128].map((size) => calibrated(`block ${size}`, formats(all(four(size)), head))),
  calibrated('block 128, down 32', formats({ ...all(four(128)), down: four(32) }, head)),
  calibrated('block 128, attention 32', formats({ ...all(four(128)), attention: four(32) }, head)),
  calibrated('mixed', formats(mixed, head)),
  calibrated('mixed, vocabulary block 64', formats(mixed, block(8, 64, 1))),
  calibrated('block 32, activations int8', formats(all(four(32)), head, true)),
  calibrated('block 128, activations int8', formats(all(four(128)), block(8, 64, 1), true)),
  calibrated('mixed, activations int8', formats(mixed, block(8, 64, 1), true)),
  calibrated('mixed, vocabulary int4', formats(mixed, four(32))),
  calibrated('mixed, vocabulary float32', formats(mixed, null)),
].filter(({ name }) => new RegExp(values.only).test(name))

const folder = mkdtempSync(join(tmpdir(), 'keval-quantization-'))
try {
  const open = async ({ name, weightFormats, calibrated, zeroPointBlock }: Variant) => {
    const out = join(folder, name.replaceAll(/\W+/g, '-'))
    const rounded = join(folder, 'rounded')
    if (zeroPointBlock) await roundWithZeroPoints(checkpoint, rounded, zeroPointBlock)
    const source = zeroPointBlock ? rounded : checkpoint
    const { weightFiles } = await convertCheckpoint(source, out, {
      precision: 'int4',
      blockSize: 32,
      target: 'cpu',
      activations: 'full',
      contextLength: window,
      formats: weightFormats,
      withoutReference: !calibrated,
    })
    const session = await DecoderSession.open(await openModelDirectory(out))
    rmSync(out, { recursive: true })
    rmSync(rounded, { recursive: true, force: true })
    return { session, megabytes: weightFiles.reduce((sum, file) => sum + file.bytes, 0) / 1e6 }
  }
  const reference = await open({ name: 'fp32', weightFormats: formats(all(null), null) })
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
  for (const variant of variants) {
    if (performance.now() > Number(values.minutes) * 60_000) {
      console.error(`stopped after ${values.minutes} minutes, before "${variant.name}"`)
      break
    }
    const { session, megabytes } = await open(variant)
    report(
      variant.zeroPointBlock ? `${variant.name} (layers kept in float32 here)` : variant.name,
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
