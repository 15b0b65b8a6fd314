import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { pipeline as finished } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { TableRows, TenantExport } from '../../schema/api/tenant-transfer.ts'
import { readLines } from '../../schema/evaluation-input/lines.ts'
import { type Encryption, encrypt, openDecrypted } from '../backup/encryption.ts'
import { StartProblem } from '../local/problem.ts'

/** Rows of one table: the body of a request that stores them. */
export interface RowsLine extends Pick<TableRows, 'table' | 'columns' | 'rows'> {
  /** Rows of the table in earlier lines. */
  from: number
}

const format = 'keval-edge.tenant'
/** A page of rows, or the head with all keys, links and daily sums. */
const maxLineBytes = 64_000_000

/**
 * Writes the file of a tenant, whole or not at all: JSON lines in gzip, the last with the digest of those before, in
 * age where it is to be encrypted.
 */
export async function writeTenantFile(
  file: string,
  head: TenantExport,
  lines: AsyncIterable<RowsLine>,
  encryption: Encryption | null,
): Promise<void> {
  const hash = createHash('sha256')
  const write = (value: unknown) => {
    const line = `${JSON.stringify(value)}\n`
    hash.update(line)
    return line
  }
  const text = (async function* () {
    yield write({ format, head })
    for await (const line of lines) yield write(line)
    yield `${JSON.stringify({ sha256: hash.digest('hex') })}\n`
  })()
  const unfinished = `${file}.unfinished`
  try {
    const packed = pipeline(Readable.from(text), createGzip(), () => {})
    const source = encryption === null ? packed : await encrypt(packed, encryption)
    await finished(source, createWriteStream(unfinished, { mode: 0o600 }))
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/** Reads the file of a tenant to its end, and compares it with its digest. Holds one line at a time. */
export async function* readTenantFile(
  file: string,
  opening: Encryption,
): AsyncGenerator<{ head: TenantExport } | RowsLine> {
  const hash = createHash('sha256')
  let ended = false
  try {
    const source = pipeline(await openDecrypted(file, opening), createGunzip(), () => {})
    for await (const { text } of readLines(source, 'utf-8', maxLineBytes)) {
      const value = JSON.parse(text)
      if ('sha256' in value) {
        ended = value.sha256 === hash.digest('hex')
        break
      }
      hash.update(`${text}\n`)
      if ('format' in value && value.format !== format)
        throw new StartProblem(`${file} is no export of a tenant.`)
      yield value
    }
  } catch (error) {
    if (error instanceof StartProblem) throw error
    throw new StartProblem(`${file} cannot be read as an export of a tenant: ${(error as Error).message}.`)
  }
  if (!ended) throw new StartProblem(`${file} is damaged: it is not what its digest says.`)
}
