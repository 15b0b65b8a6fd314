import { toModelName } from '../../../schema/evaluation-input/model-name.ts'
import type { Preview } from '../../../schema/evaluation-input/preview.ts'

/** A name for the questions of an upload: of their own file, else of the answers, else of the evaluation. */
export function proposeName({ files }: Preview, fileName: string, name: string | undefined): string | null {
  const questions = files.find(({ role }) => role === 'questions')?.name ?? null
  const path = questions ?? (fileName === '' ? null : fileName)
  const proposed = (path === null ? name : toModelName(path)) ?? ''
  const line = proposed
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
  return line === '' ? null : line
}
