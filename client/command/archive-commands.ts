import { createWriteStream, existsSync, openAsBlob } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { checkReadable } from './answer-files.ts'
import { type Command, exitCodes, getText, UsageError } from './cli-context.ts'
import { getEvaluationId } from './evaluation-report.ts'
import { toJsonLine, toPrintable } from './render.ts'

/** Writes an evaluation to a file that another gateway can import. */
export const exportCommand: Command = {
  positionals: '<id>',
  options: ['out'],
  async run(call) {
    const { values, client, out, texts, signal } = call
    const id = getEvaluationId(call)
    const file = getText(values, 'out') ?? `${id}.zip`
    if (existsSync(file)) throw new UsageError(texts.fileExists(file))
    const archive = await client().archives.export(id, { signal })
    // under its own name the file is whole
    const part = `${file}.part`
    try {
      await pipeline(Readable.fromWeb(archive as WebStream), createWriteStream(part), { signal })
      await rename(part, file)
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
    await out(values.json ? toJsonLine({ id, file }) : `${texts.exported(id, file)}\n`)
    return exitCodes.done
  },
}

/** Imports the file of an export. */
export const importCommand: Command = {
  positionals: '<file.zip>',
  options: ['name', 'tags'],
  async run(call) {
    const { values, positionals, client, out, texts, signal } = call
    const [file] = positionals
    if (file === undefined || positionals.length > 1) throw new UsageError(texts.giveArchive)
    await checkReadable(call, file)
    const [name, tags] = [getText(values, 'name'), getText(values, 'tags')]
    const evaluation = await client().archives.import(await openAsBlob(file), {
      signal,
      ...(name !== undefined && { name }),
      ...(tags !== undefined && { tags }),
    })
    const gateway = evaluation.imported?.origins.at(0)?.gateway ?? ''
    const shown = texts.imported(evaluation.id, evaluation.rows, toPrintable(gateway))
    await out(values.json ? toJsonLine(evaluation) : `${shown}\n`)
    return exitCodes.done
  },
}
