import { openAsBlob } from 'node:fs'
import { open } from 'node:fs/promises'
import { charsets } from '../../schema/evaluation-input/charset.ts'
import { emptyAnswerActions } from '../../schema/evaluation-input/empty-answers.ts'
import { createNotes, readRows } from '../../schema/evaluation-input/read-rows.ts'
import { isReferenceFile, toReadingOrder } from '../../schema/evaluation-input/reading-order.ts'
import { renderMessage } from '../../schema/messages/message.ts'
import type { Answers } from '../api/upload.ts'
import { type Call, getChoice, getText, InputError, UsageError } from './cli-context.ts'

/**
 * One file is sent as it is, streamed from the disk; several are sent as a form. `-` is the standard input. The files
 * are read here first, so that problems show before the upload.
 */
export async function openAnswers(call: Call, paths: readonly string[]): Promise<Answers> {
  const references = getText(call.values, 'references')
  for (const path of [...paths, ...(references === undefined ? [] : [references])])
    if (path !== '-') await checkReadable(call, path)
  const [only] = paths
  if (paths.length === 1 && references === undefined) {
    const blob =
      only === '-' ? new Blob([(await call.readInput()) as Uint8Array<ArrayBuffer>]) : await openAsBlob(only!)
    await checkRows(call, only!, [{ name: null, isReference: false, blob }])
    return blob
  }
  if (paths.includes('-')) throw new UsageError(call.texts.inputStandsAlone)
  const toFile = async (path: string) => new File([await openAsBlob(path)], path)
  const answers = {
    files: await Promise.all(paths.map(toFile)),
    references: references === undefined ? [] : [await toFile(references)],
  }
  const files = [
    ...answers.files.map((blob) => ({ name: blob.name, isReference: isReferenceFile(blob.name), blob })),
    ...answers.references.map((blob) => ({ name: blob.name, isReference: true, blob })),
  ]
  const ordered = await toReadingOrder(
    files,
    ({ isReference }) => isReference,
    ({ blob }) => toBytes(blob),
  )
  await checkRows(call, ordered.map(({ name }) => name).join(', '), ordered)
  return answers
}

const maxProblems = 50

interface CheckedFile {
  /** Null where there is one file only. */
  name: string | null
  isReference: boolean
  blob: Blob
}

const toBytes = (blob: Blob) => blob.stream() as unknown as AsyncIterable<Uint8Array>

/** Refuses files by line and field, as the gateway would. */
async function checkRows(call: Call, paths: string, files: readonly CheckedFile[]): Promise<void> {
  const charset = getChoice(call, 'charset', charsets) ?? 'utf-8'
  const empty = getChoice(call, 'empty', emptyAnswerActions) ?? 'refuse'
  const problems: string[] = []
  const inputs = files.map(({ blob, ...file }) => ({ ...file, bytes: toBytes(blob) }))
  for await (const found of readRows(inputs, createNotes(), { charset, empty })) {
    call.signal.throwIfAborted()
    if (!('problem' in found)) continue
    const { file, line, field, ...problem } = found.problem
    const place = `${file === null ? '' : `${file} `}line ${line}: ${field === 'line' ? '' : `${field}: `}`
    problems.push(`  ${place}${renderMessage(problem, call.language)}`)
    if (problems.length >= maxProblems) break
  }
  if (problems.length > 0) throw new InputError(call.texts.fileProblems(paths), problems)
}

/** Refuses a path before the gateway is asked when its first byte cannot be read. */
export async function checkReadable({ texts }: Pick<Call, 'texts'>, path: string): Promise<void> {
  try {
    const file = await open(path)
    try {
      if (!(await file.stat()).isFile()) throw new UsageError(texts.notAFile(path))
      await file.read(Buffer.alloc(1), 0, 1, 0)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(code === 'ENOENT' ? texts.noFile(path) : texts.unreadableFile(path, code ?? message))
  }
}
