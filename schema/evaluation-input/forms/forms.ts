import type { InputFormat } from '../row.ts'
import { alpacaEvalForm } from './alpaca-eval.ts'
import type { InputForm } from './form.ts'
import { kevalEdgeForm } from './keval-edge.ts'
import { kevalTestsetForm } from './keval-testset.ts'
import { koBenchForm } from './ko-bench.ts'
import { lmEvalForm } from './lm-eval.ts'
import { logicKorForm } from './logickor.ts'
import { messagesForm } from './messages.ts'
import { shareGptForm } from './sharegpt.ts'

/** The first that fits is the form of a file. */
const forms: readonly InputForm[] = [
  kevalTestsetForm,
  koBenchForm,
  logicKorForm,
  lmEvalForm,
  alpacaEvalForm,
  messagesForm,
  shareGptForm,
  kevalEdgeForm,
]

/** The form of a file, by the fields of its first record. */
export function recognizeForm(record: Record<string, unknown>): InputForm | 'fastchat' | null {
  return isFastChat(record) ? 'fastchat' : (forms.find((form) => form.fits(record)) ?? null)
}

export const getFormat = (form: InputForm | 'fastchat'): InputFormat =>
  form === 'fastchat' ? form : form.format

function isFastChat(record: Record<string, unknown>): boolean {
  if (record.question != null || record.answer != null || Array.isArray(record.pairs)) return false
  if (Array.isArray(record.choices)) return true
  return Array.isArray(record.turns) && typeof record.turns[0] === 'string'
}
