/**
 * Greedy continuations of a converted checkpoint against transformers'.
 *
 *     python bench/convert/reference.py <checkpoint> reference.json
 *     node bench/convert/fidelity.ts <checkpoint> reference.json
 *
 * Agreement is of the next token after the reference's own text, position by position: once two texts part, what
 * follows cannot be compared.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import { argmax, DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'

const [checkpoint, referenceFile] = process.argv.slice(2)
if (!checkpoint || !referenceFile)
  throw new Error('usage: node bench/convert/fidelity.ts <checkpoint> <reference.json>')
const { cases }: { cases: { prompt: number[]; greedy: number[] }[] } = JSON.parse(
  readFileSync(referenceFile, 'utf8'),
)

console.log('| precision | texts identical | tokens until the first difference (median) | same next token |')
console.log('|---|---|---|---|')
for (const [precision, blockSize] of [
  ['fp32', 32],
  ['int8', 32],
  ['int8', 'row'],
  ['int4', 'mixed'],
] as const) {
  const folder = mkdtempSync(join(tmpdir(), 'keval-fidelity-'))
  try {
    await convertCheckpoint(checkpoint, join(folder, 'model'), {
      precision,
      blockSize,
      target: 'cpu',
      activations: 'int8',
      contextLength: 1024,
    })
    const session = await DecoderSession.open(await openModelDirectory(join(folder, 'model')))
    const { vocabularySize } = session.graph
    let same = 0
    let total = 0
    const lengths: number[] = []
    for (const { prompt, greedy } of cases) {
      const logits = await session.logits([...prompt, ...greedy.slice(0, -1)])
      const agrees = greedy.map((token, index) => {
        const position = prompt.length - 1 + index
        return argmax(logits.subarray(position * vocabularySize, (position + 1) * vocabularySize)) === token
      })
      same += agrees.filter(Boolean).length
      total += agrees.length
      // Up to the first difference the model's own text is the reference's text.
      const first = agrees.indexOf(false)
      lengths.push(first === -1 ? greedy.length : first)
    }
    const identical = lengths.filter((length, index) => length === cases[index]!.greedy.length).length
    const median = [...lengths].sort((a, b) => a - b)[Math.floor(lengths.length / 2)]
    console.log(
      `| ${precision}${blockSize === 'row' ? ' by row' : ''} | ${identical} of ${cases.length} | ${median} | ${((100 * same) / total).toFixed(2)}% of ${total} |`,
    )
    await session.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
