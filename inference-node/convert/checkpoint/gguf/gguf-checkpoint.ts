import { open, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ModelError } from '../../../model/model-error.ts'
import type { TokenizerFile } from '../../../model/tokenizer-files.ts'
import { type Checkpoint, makeCheckpoint, type OpenTensor } from '../checkpoint.ts'
import { decodeStored } from '../stored-formats.ts'
import { readGgufConfig } from './gguf-config.ts'
import { type GgufFile, type GgufTensor, readGguf } from './gguf-file.ts'
import type { GgufValue } from './gguf-header.ts'
import { toCheckpointName } from './gguf-names.ts'

/**
 * Opens a GGUF file, or all parts of a split one, as the checkpoint that it was made from.
 *
 * @param tokenizer the folder of the model's tokenizer.json: the vocabulary in a GGUF file does not say how text is cut
 * @throws ModelError naming what is missing, damaged or not supported
 */
export async function openGguf(path: string, tokenizer: string | undefined): Promise<Checkpoint> {
  if (tokenizer === undefined)
    throw new ModelError(
      `${path} does not say how text is cut into tokens: give the folder of the model's tokenizer.json (--tokenizer)`,
    )
  const first = await readGguf(path)
  const parts = [first]
  for (const file of await findParts(path, first)) parts.push(await readGguf(file))
  const stored = new Map<string, GgufTensor>()
  for (const tensor of parts.flatMap(({ tensors }) => tensors)) {
    if (stored.has(tensor.name)) throw new ModelError(`${tensor.file} has tensor ${tensor.name} twice`)
    stored.set(tensor.name, tensor)
  }
  const factors = stored.get('rope_freqs.weight')
  stored.delete('rope_freqs.weight')
  const { config, family, normsAfter } = readGgufConfig(
    path,
    first.metadata,
    !stored.has('output.weight'),
    factors ? await readWeights(factors) : null,
  )
  await checkTokenizer(path, first.metadata, tokenizer)
  const tensors = new Map<string, OpenTensor>()
  for (const tensor of stored.values()) {
    const name = toCheckpointName(tensor.name, normsAfter)
    const isNorm = tensor.shape.length === 1 && /norm\.weight$/.test(tensor.name)
    const isPaired = family.pairsRows && /\.attn_[qk]\./.test(tensor.name)
    tensors.set(name, {
      ...tensor,
      name,
      add: isNorm ? -family.addedToNorms : 0,
      pairedHead: isPaired ? (config.head_dim as number) : null,
    })
  }
  return makeCheckpoint({
    path: tokenizer,
    name: basename(resolve(path)).replace(/(-\d{5}-of-\d{5})?\.gguf$/, ''),
    config,
    madeConfig: true,
    files: [...new Set([path, ...[...stored.values()].map(({ file }) => file)])],
    tensors,
    describedBy: `the metadata of ${basename(path)}`,
  })
}

/** The further parts of a split file, which llama.cpp names `…-00001-of-00003.gguf`. */
async function findParts(path: string, { metadata }: GgufFile): Promise<string[]> {
  const count = metadata.get('split.count') ?? 1
  if (count === 1 || count === 0) return []
  const named = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(basename(path))
  if (!named || Number(named[3]) !== count)
    throw new ModelError(
      `${path} is a part of ${count}, but is not named …-00001-of-${String(count).padStart(5, '0')}.gguf`,
    )
  if (named[2] !== '00001') throw new ModelError(`${path} is not the first of its ${count} parts; give that`)
  const there = await readdir(dirname(resolve(path)))
  return Array.from({ length: count as number }, (_, index) => {
    const name = `${named[1]}-${String(index + 1).padStart(5, '0')}-of-${named[3]}.gguf`
    if (!there.includes(name))
      throw new ModelError(`${path} is a part of ${count}, but ${name} is not beside it`)
    return join(dirname(path), name)
  }).slice(1)
}

async function readWeights({ file, format, shape, offset, bytes }: GgufTensor): Promise<Float32Array> {
  if (shape.length !== 1 || bytes > 1 << 16)
    throw new ModelError(`${file} has rope_freqs of shape [${shape.join(', ')}]`)
  const stored = new Uint8Array(bytes)
  const handle = await open(file)
  try {
    await handle.read(stored, 0, bytes, offset)
  } finally {
    await handle.close()
  }
  const weights = new Float32Array(shape[0]!)
  decodeStored(format, stored, weights)
  return weights
}

/** llama.cpp's type of a token that no text has. */
const unusedType = 5

/**
 * Compares a tokenizer with the vocabulary of a GGUF file, id by id.
 *
 * @throws ModelError naming the first id that differs
 */
async function checkTokenizer(
  path: string,
  metadata: ReadonlyMap<string, GgufValue>,
  directory: string,
): Promise<void> {
  const file = join(directory, 'tokenizer.json')
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ModelError(`${directory} has no tokenizer.json`)
  })
  const tokenizer = parseTokenizer(text, file)
  const tokens = metadata.get('tokenizer.ggml.tokens')
  if (!isVocabulary(tokens)) throw new ModelError(`${path} has no vocabulary to compare ${file} with`)
  const types = metadata.get('tokenizer.ggml.token_type')
  const known = new Map<number, string>()
  const { vocab } = tokenizer.model
  for (const [token, id] of Array.isArray(vocab)
    ? vocab.map(([token], id) => [token, id] as const)
    : Object.entries(vocab))
    known.set(id, token)
  for (const { id, content } of tokenizer.added_tokens ?? []) known.set(id, content)
  // llama.cpp writes blanks of added tokens as such.
  const plain = (token: string) => token.replaceAll('▁', ' ')
  for (const [id, token] of tokens.entries()) {
    const other = known.get(id)
    if (other === undefined && Array.isArray(types) && types[id] === unusedType) continue
    if (other === undefined || plain(other) !== plain(token))
      throw new ModelError(
        `${file} is not the tokenizer of ${path}: id ${id} is ${other === undefined ? 'missing' : JSON.stringify(other)} in the one and ${JSON.stringify(token)} in the other`,
      )
  }
}

const isVocabulary = (value: GgufValue | undefined): value is string[] =>
  Array.isArray(value) && value.every((token) => typeof token === 'string')

function parseTokenizer(text: string, file: string): TokenizerFile {
  try {
    const parsed = JSON.parse(text) as TokenizerFile
    if (typeof parsed.model.vocab === 'object' && parsed.model.vocab !== null) return parsed
  } catch {
    // told below
  }
  throw new ModelError(`${file} has no vocabulary`)
}
