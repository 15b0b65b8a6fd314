import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inspectModel } from '../convert/inspect.ts'
import { openModelDirectory } from '../model/directory.ts'
import { loadTokenizer } from '../model/tokenizer.ts'
import { command, count, UsageError } from './command-line.ts'

const usage = `keval-node inspect <directory>

Says what a model directory is, where it can run and what memory it takes.

  --slots <n>             sequences at a time (default 8)
  --tokens <n>            tokens of each, prompt and answer (default: the model's context length)
  --json                  the same as JSON`

/** `keval-node inspect` */
export const inspectCommand = command(
  'inspect',
  usage,
  { slots: { type: 'string' }, tokens: { type: 'string' }, json: { type: 'boolean' } },
  async ([path, ...rest], values, output) => {
    if (path === undefined || rest.length > 0) throw new UsageError('one model directory is needed')
    const directory = await openModelDirectory(path)
    const slots = count(values, 'slots', 8)
    const tokens = count(values, 'tokens', directory.contextLength)
    const { cacheType, providers, memory } = await inspectModel(directory, slots, tokens)
    const { conversion, certificate } = directory
    const hasTokenizer = existsSync(join(directory.path, 'tokenizer.json'))
    const tokenizer = hasTokenizer ? await loadTokenizer(directory.path, directory.vocabularySize) : null
    const weightsDigest = await directory.verifiedWeightsDigest()
    const facts = {
      id: directory.id,
      architecture: directory.architecture,
      revision: directory.revision,
      precision: directory.precision,
      blockSize: conversion?.blockSize ?? null,
      rowBits: conversion?.rowBits ?? null,
      converter:
        conversion?.converter ??
        'another program: the weights and their distance from the checkpoint cannot be checked',
      convertedFor: conversion?.target ?? null,
      layers: directory.layers,
      attentionHeads: directory.attentionHeads,
      kvHeads: directory.kvHeads,
      headSize: directory.headSize,
      vocabularySize: directory.vocabularySize,
      contextLength: directory.contextLength,
      cacheType,
      endTokens: [...new Set([...directory.endOfSequenceTokens, ...(tokenizer?.endTokens ?? [])])].join(', '),
      chatTemplate: tokenizer?.hasChatTemplate ? 'present' : 'none: keval-node serve refuses the model',
      weightsDigest,
      certificate: certificate
        ? `${certificate.passed ? 'passed' : 'FAILED'} on ${certificate.device === undefined ? '' : `${certificate.device} by `}${certificate.provider}, ${certificate.issuedAt}`
        : 'none: run keval-node certify',
    }
    const notChecked = certificate?.notChecked ?? []
    if (values.json) {
      output.answer(
        JSON.stringify({ ...facts, notChecked, providers, memory: { slots, tokens, ...memory } }, null, 2),
      )
      return 0
    }
    for (const [name, value] of Object.entries(facts))
      output.answer(`${spaced(name).padEnd(18)} ${value ?? '-'}`)
    for (const reason of notChecked) output.answer(`${'not checked'.padEnd(18)} ${reason}`)
    for (const { name, fits, reason } of providers)
      output.answer(`${name.padEnd(18)} ${fits ? 'yes' : 'no'}: ${reason}`)
    output.answer(
      `${'memory'.padEnd(18)} ${megabytes(memory.weights)} weights + ${megabytes(memory.cache)} cache for ${slots} slots of ${tokens} tokens (${memory.cachePerToken} bytes a token)`,
    )
    return 0
  },
)

const spaced = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
