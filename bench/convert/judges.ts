import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { openCheckpoint } from '../../inference-node/convert/checkpoint/open-checkpoint.ts'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import type { PrecisionOptions } from '../../inference-node/convert/precision.ts'
import { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'
import { loadTokenizer, type Tokenizer } from '../../inference-node/model/tokenizer.ts'

export const contextLength = 4096

/** Formats whose ratings are compared with those of float32; options that are left out are those of int4 in blocks of 32. */
const judgeFormats: readonly [string, Partial<PrecisionOptions>][] = [
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
      // nothing reads its logits, and only these formats are calibrated
      withoutReference: chosen.precision !== undefined && chosen.blockSize !== 'row',
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

/** One row of a table: a format, or the weights of a GGUF file of the same model, run in float32. */
export interface JudgeRow {
  name: string
  open(): Promise<Judge>
}

/**
 * Lists the formats whose names match, then the GGUF files.
 *
 * @param only a regular expression over the names of the formats
 */
export function listJudges(
  checkpoint: string,
  only: string,
  ggufFiles: readonly string[],
  options: { threads: number; tokenizer?: string | undefined },
): JudgeRow[] {
  const formats = judgeFormats.filter(([name]) => new RegExp(only).test(name))
  return [
    ...formats.map(([name, chosen]) => ({ name, open: () => openJudge(checkpoint, chosen, options) })),
    ...ggufFiles.map((file) => ({
      name: `${basename(file)}, its weights alone`,
      open: async () => {
        const tokenizer = options.tokenizer ?? checkpoint
        const full = { precision: 'fp32', activations: 'full' } as const
        const judge = await openJudge(file, full, { ...options, tokenizer })
        return { ...judge, megabytes: (await openCheckpoint(file, tokenizer)).bytes / 1e6 }
      },
    })),
  ]
}
