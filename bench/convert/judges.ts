import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import type { PrecisionOptions } from '../../inference-node/convert/precision.ts'
import { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'
import { loadTokenizer, type Tokenizer } from '../../inference-node/model/tokenizer.ts'

export const contextLength = 4096

/** Formats whose ratings are compared with those of float32; options that are left out are those of int4 in blocks of 32. */
export const judgeFormats: readonly [string, Partial<PrecisionOptions>][] = [
  ['int8, block 32', { precision: 'int8' }],
  ['int8 by row, 8 bits', { precision: 'int8', blockSize: 'row', rowBits: 8 }],
  ['int8 by row, 7 bits', { precision: 'int8', blockSize: 'row', rowBits: 7 }],
  ['int4, block 32', {}],
  ['int4, mixed', { blockSize: 'mixed' }],
  ['int4, block 128', { blockSize: 128 }],
]

export interface Judge {
  session: DecoderSession
  tokenizer: Tokenizer
  /** Megabytes of graph and weights. */
  megabytes: number
  isEnd(token: number): boolean
}

/** Converts a checkpoint and opens it. */
export async function openJudge(
  checkpoint: string,
  chosen: Partial<PrecisionOptions>,
  { threads, tokenizer }: { threads: number; tokenizer?: string | undefined },
): Promise<Judge> {
  const folder = mkdtempSync(join(tmpdir(), 'keval-judge-'))
  try {
    const out = join(folder, 'model')
    const { weightFiles } = await convertCheckpoint(checkpoint, out, {
      precision: 'int4',
      blockSize: 32,
      target: 'cpu',
      activations: 'int8',
      contextLength,
      tokenizer,
      ...chosen,
    })
    const directory = await openModelDirectory(out)
    const loaded = await loadTokenizer(out, directory.vocabularySize)
    const session = await DecoderSession.open(directory, 'cpu', threads)
    const ends = new Set([...directory.endOfSequenceTokens, ...loaded.endTokens])
    return {
      session,
      tokenizer: loaded,
      megabytes: weightFiles.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
      isEnd: (token) => ends.has(token),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
