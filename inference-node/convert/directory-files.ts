import { existsSync } from 'node:fs'
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Conversion, readEndTokens } from '../model/directory.ts'
import { loadTokenizer } from '../model/tokenizer.ts'
import { digestFiles } from '../model/weights-digest.ts'
import type { Checkpoint } from './checkpoint/checkpoint.ts'
import type { DecoderConfig } from './checkpoint/decoder-config.ts'
import { genaiConfig } from './genai-config.ts'
import { hubMetadata } from './hub/hub-checksums.ts'
import type { PrecisionOptions } from './precision.ts'

export const graphName = 'model.onnx'
export const dataName = 'model.onnx.data'
export const converterName = 'keval-node convert'

/** Files of the checkpoint that stay as they are: configs, tokenizer, and the terms that go with the weights. */
const keptFiles = [
  /^config\.json$/,
  /^generation_config\.json$/,
  /^tokenizer(_config)?\.json$/,
  /^special_tokens_map\.json$/,
  /^added_tokens\.json$/,
  /^chat_template\.jinja$/,
  /^(LICENSE|NOTICE|USE_POLICY)/i,
]

export interface Described extends PrecisionOptions {
  contextLength: number
  /** Name to record as the source; that of the checkpoint when left out. */
  name?: string
}

/** Writes the files other than graph and weights: copied files, genai_config.json, conversion.json. */
export async function writeConfigs(
  checkpoint: Checkpoint,
  config: DecoderConfig,
  folder: string,
  described: Described,
): Promise<Conversion> {
  for (const name of await readdir(checkpoint.path))
    if (keptFiles.some((pattern) => pattern.test(name)) && (await isFile(join(checkpoint.path, name))))
      await copyFile(join(checkpoint.path, name), join(folder, name))
  if (checkpoint.madeConfig) await writeJson(join(folder, 'config.json'), checkpoint.config)
  const generation = existsSync(join(folder, 'generation_config.json'))
    ? JSON.parse(await readFile(join(folder, 'generation_config.json'), 'utf8'))
    : {}
  await writeJson(
    join(folder, 'genai_config.json'),
    genaiConfig(config, checkpoint.config, generation, {
      contextLength: described.contextLength,
      endTokens: await findEndTokens(folder, config, [generation, checkpoint.config]),
    }),
  )
  const conversion = await describeConversion(checkpoint, config, folder, described)
  await writeJson(join(folder, 'conversion.json'), conversion)
  return conversion
}

/** Tokens named by the configs, and those of the tokenizer if there is one. */
async function findEndTokens(
  folder: string,
  { vocabularySize }: DecoderConfig,
  configs: Record<string, unknown>[],
): Promise<number[]> {
  const named = readEndTokens(configs, vocabularySize)
  if (!existsSync(join(folder, 'tokenizer.json'))) return named
  return [...new Set([...named, ...(await loadTokenizer(folder, vocabularySize)).endTokens])]
}

async function describeConversion(
  checkpoint: Checkpoint,
  { architecture }: DecoderConfig,
  folder: string,
  { name, precision, blockSize, rowBits = 7, target }: Described,
): Promise<Conversion> {
  const names = [graphName, dataName]
  return {
    converter: converterName,
    source: {
      name: name ?? checkpoint.name,
      revision: (await hubMetadata(checkpoint.files[0]!))?.commit,
      architecture,
    },
    precision,
    blockSize: precision === 'int4' || precision === 'int8' ? blockSize : null,
    rowBits: blockSize === 'row' ? rowBits : undefined,
    target,
    weightsDigest: await digestFiles(names.map((file) => join(folder, file))),
    weightFiles: await Promise.all(
      names.map(async (file) => ({ name: file, bytes: (await stat(join(folder, file))).size })),
    ),
  }
}

/** False for folders such as LICENSES/ and for links to nothing. */
async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false
}

const writeJson = (path: string, value: unknown) => writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
