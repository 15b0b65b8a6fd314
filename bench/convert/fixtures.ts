/**
 * Measures the distance of conversions of the tiny checkpoints in tests/fixtures from transformers' logits: the worst position's
 * relative error, |ours - reference| / |reference| over the vocabulary.
 *
 *     node bench/convert/fixtures.ts
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import type { OutputPrecision } from '../../inference-node/convert/precision.ts'
import { relativeError } from '../../inference-node/convert/reference/measures.ts'
import { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'

const fixtures = join(import.meta.dirname, '../../tests/fixtures/checkpoints')
const precisions: OutputPrecision[] = ['fp32', 'fp16', 'int8', 'int4']
console.log(`| checkpoint | ${precisions.join(' | ')} | greedy tokens in fp32 |`)
console.log(`|---|${'---|'.repeat(precisions.length + 1)}`)
for (const name of readdirSync(fixtures).filter((entry) => entry.startsWith('tiny-'))) {
  const source = join(fixtures, name)
  const { prompts, greedy } = JSON.parse(readFileSync(join(source, 'reference.json'), 'utf8'))
  const bytes = readFileSync(join(source, 'reference.f32'))
  const reference = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const cells: string[] = []
  let same = 0
  for (const precision of precisions) {
    const folder = mkdtempSync(join(tmpdir(), 'keval-fixtures-'))
    await convertCheckpoint(source, join(folder, 'model'), {
      precision,
      blockSize: precision === 'int4' ? 'mixed' : 32,
      target: precision === 'fp16' ? 'cuda' : 'cpu',
      activations: 'int8',
      contextLength: 512,
    })
    const session = await DecoderSession.open(await openModelDirectory(join(folder, 'model')))
    const { vocabularySize } = session.graph
    let worst = 0
    let at = 0
    for (const [index, prompt] of prompts.entries()) {
      const logits = await session.logits(prompt)
      for (let position = 0; position < prompt.length; position++, at += vocabularySize)
        worst = Math.max(
          worst,
          relativeError(
            logits.subarray(position * vocabularySize, (position + 1) * vocabularySize),
            reference.subarray(at, at + vocabularySize),
          ),
        )
      if (precision === 'fp32') {
        const ours = await session.greedy(prompt, greedy[index].length)
        same += ours.filter((token, i) => token === greedy[index][i]).length
      }
    }
    cells.push(worst.toExponential(1))
    await session.close()
    rmSync(folder, { recursive: true })
  }
  console.log(`| ${name} | ${cells.join(' | ')} | ${same} of ${prompts.length * 64} |`)
}
