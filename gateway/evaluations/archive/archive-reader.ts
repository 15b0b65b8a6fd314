import type { FileEntry } from '@zip.js/zip.js'
import { FailureError } from '../../../schema/api/errors.ts'
import {
  type ArchiveFile,
  archiveFiles,
  archiveVersion,
  type Manifest,
  manifestFile,
  manifestSchema,
} from '../../../schema/api/evaluation-archive.ts'
import { hex } from '../../../schema/judge/sha256.ts'
import { templates } from '../../../schema/judge/templates.ts'
import { fieldError, fieldErrors } from '../../../schema/messages/field-errors.ts'
import { expandsTooFar, maxExpansion } from '../../../schema/text/expansion.ts'
import { decodeUtf8, parseUnicodeJson } from '../../../schema/text/unicode.ts'
import { wrongArchive } from './archive-problem.ts'
import { digestTemplate } from './digest-template.ts'
import type { StagedReader } from './staged-reader.ts'
import { ZipReader } from './zip-settings.ts'

/** Bytes of each file, decompressed. What is stored of rows and results is bounded by the tenant's storage as well. */
const maxReportBytes = 64_000_000
const maxBytes: Record<ArchiveFile | typeof manifestFile, number> = {
  'manifest.json': 4_000_000,
  'rows.jsonl': 2_000_000_000,
  'labels.jsonl': 1_000_000_000,
  'results.jsonl': 16_000_000_000,
  'report.json': maxReportBytes,
  'report.en.md': maxReportBytes,
  'report.ko.md': maxReportBytes,
  'report.en.html': maxReportBytes,
  'report.ko.html': maxReportBytes,
}

/** An archive whose entries and manifest are those of an export. */
export interface OpenArchive {
  manifest: Manifest
  /** The bytes of a file, refused at their end where size or digest are not those of the manifest. */
  read(name: ArchiveFile): AsyncGenerator<Uint8Array>
}

/** Opens an archive: nothing is decompressed but the manifest, and no entry is taken that an export does not have. */
export async function openArchive(reader: StagedReader): Promise<OpenArchive> {
  const entries = await readEntries(reader)
  const manifest = await readManifest(entries.get(manifestFile)!)
  const named = new Map(manifest.files.map((file) => [file.name, file]))
  for (const name of archiveFiles) {
    const entry = entries.get(name)!
    const file = named.get(name)
    if (file === undefined || file.bytes !== entry.uncompressedSize) {
      throw wrongArchive([fieldError(name, 'archive_entry_differs')])
    }
  }
  return { manifest, read: (name) => readEntry(entries.get(name)!, named.get(name)!) }
}

async function readEntries(reader: StagedReader): Promise<Map<string, FileEntry>> {
  const known = new Set<string>([manifestFile, ...archiveFiles])
  const zip = new ZipReader(reader, {
    strictness: 'strict',
    // names are compared with those of an export, which refuses more
    filenameValidation: 'tolerant',
    checkCrc32: true,
    checkOverlappingEntry: true,
  })
  const entries = new Map<string, FileEntry>()
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      const { filename } = entry
      if (entry.directory || entry.encrypted || !known.has(filename) || entries.has(filename)) {
        throw wrongArchive([fieldError(filename.slice(0, 200), 'archive_entry_foreign')])
      }
      const maximum = maxBytes[filename as keyof typeof maxBytes]
      if (entry.uncompressedSize > maximum) {
        throw wrongArchive([fieldError(filename, 'archive_too_large', { maximum })])
      }
      if (expandsTooFar({ sent: entry.compressedSize, expanded: entry.uncompressedSize })) {
        throw wrongArchive([fieldError(filename, 'file_expands_too_far', { maximum: maxExpansion })])
      }
      entries.set(filename, entry)
    }
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw wrongArchive([fieldError('file', 'archive_unreadable')])
  }
  const missing = [...known].filter((name) => !entries.has(name))
  if (missing.length > 0) throw wrongArchive(missing.map((name) => fieldError(name, 'archive_entry_missing')))
  return entries
}

async function readManifest(entry: FileEntry): Promise<Manifest> {
  const chunks: Uint8Array[] = []
  for await (const chunk of inflate(entry)) chunks.push(chunk)
  let given: unknown
  try {
    given = parseUnicodeJson(decodeUtf8(new Uint8Array(await new Blob(chunks).arrayBuffer())))
  } catch {
    throw wrongArchive([fieldError(manifestFile, 'not_json_object')])
  }
  const { version } = (given ?? {}) as { version?: unknown }
  if (typeof version === 'number' && version > archiveVersion) {
    throw wrongArchive([
      fieldError(`${manifestFile}: version`, 'archive_version', { maximum: archiveVersion }),
    ])
  }
  const parsed = manifestSchema.safeParse(given)
  if (!parsed.success) {
    throw wrongArchive(
      fieldErrors(parsed.error.issues).map((error) => ({
        ...error,
        field: `${manifestFile}: ${error.field}`,
      })),
    )
  }
  for (const { name, version: used, sha256 } of parsed.data.templates) {
    if (used === templates[name].version && sha256 !== (await digestTemplate(name))) {
      throw wrongArchive([fieldError(`${manifestFile}: templates`, 'archive_template_differs', { name })])
    }
  }
  return parsed.data
}

async function* readEntry(entry: FileEntry, file: Manifest['files'][number]): AsyncGenerator<Uint8Array> {
  const digest = new crypto.DigestStream('SHA-256')
  const writer = digest.getWriter()
  for await (const chunk of inflate(entry)) {
    await writer.write(chunk)
    yield chunk
  }
  await writer.close()
  if (hex(await digest.digest) !== file.sha256) {
    throw wrongArchive([fieldError(file.name, 'archive_entry_differs')])
  }
}

/** The bytes of an entry as they are read, no more than its size says. */
async function* inflate(entry: FileEntry): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const done = entry.getData(writable).then(
    () => null,
    async (error) => {
      await writable.abort(error).catch(() => undefined)
      return error
    },
  )
  const reader = readable.getReader()
  let bytes = 0
  try {
    for (;;) {
      const next = await reader.read()
      if (next.done) break
      bytes += next.value.byteLength
      if (bytes > entry.uncompressedSize) break
      yield next.value
    }
    if (bytes === entry.uncompressedSize && (await done) === null) return
  } catch (error) {
    if (error instanceof FailureError) throw error
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  throw wrongArchive([fieldError(entry.filename, 'archive_entry_differs')])
}
