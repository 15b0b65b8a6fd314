/**
 * What prompts cost when they are read in int8: each window of a text is read half way by the graph made for it, by the
 * int4 graph that writes answers, or in float32; the other half goes through the int4 graph, as an answer would.
 *
 *     node bench/convert/reading.ts <checkpoint> [text file] [tokens]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConvertOptions, convertCheckpoint } from '../../inference-node/convert/convert.ts'
import { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'
import { loadTokenizer } from '../../inference-node/model/tokenizer.ts'
import { Divergence } from './divergence.ts'

const [checkpoint, textFile = 'node_modules/pino/docs/transports.md', wanted = '1024'] = process.argv.slice(2)
if (!checkpoint) throw new Error('usage: node bench/convert/reading.ts <checkpoint> [text file] [tokens]')
const tokenizer = await loadTokenizer(checkpoint)
const tokens = tokenizer.encode(readFileSync(textFile, 'utf8')).slice(0, Number(wanted))
const window = 512
const half = window / 2

const folder = mkdtempSync(join(tmpdir(), 'keval-reading-'))
try {
  const open = async (name: string, options: Partial<ConvertOptions>) => {
    const out = join(folder, name)
    await convertCheckpoint(checkpoint, out, {
      precision: 'int4',
      blockSize: 'mixed',
      target: 'cpu',
      activations: 'int8',
      contextLength: window,
      ...options,
    })
    return DecoderSession.open(await openModelDirectory(out))
  }
  const exact = await open('fp32', { precision: 'fp32', withoutReference: true })
  const writer = await open('int4', { prefill: 'int8' })
  const ways: Record<string, (prompt: number[]) => Promise<Awaited<ReturnType<typeof writer.start>>>> = {
    'int4, the weights that write answers': (prompt) =>
      filled(writer, (state) => writer.append(state, prompt)),
    'int8 by row': (prompt) => filled(writer, (state) => writer.read(state, prompt)),
    float32: (prompt) => filled(exact, (state) => exact.append(state, prompt)),
  }
  const filled = async (
    session: DecoderSession,
    fill: (state: ReturnType<typeof session.start>) => unknown,
  ) => {
    const state = session.start()
    await fill(state)
    return state
  }
  const sums = Object.keys(ways).map(() => new Divergence())
  for (let at = 0; at + window <= tokens.length; at += window) {
    const prompt = tokens.slice(at, at + half)
    const answer = tokens.slice(at + half, at + window)
    const expected = (await exact.logits(tokens.slice(at, at + window))).slice(
      -half * exact.graph.vocabularySize,
    )
    for (const [index, read] of Object.values(ways).entries())
      sums[index]!.add(expected, await writer.append(await read(prompt), answer), answer)
  }
  console.log(`${sums[0]!.positions} tokens of ${textFile} behind ${half} that were read`)
  console.log('| prompts read in | perplexity | KL to fp32 (nats) | same most likely token |')
  console.log('|---|---|---|---|')
  for (const [index, name] of Object.keys(ways).entries()) console.log(`| ${name} | ${sums[index]!.row()} |`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
