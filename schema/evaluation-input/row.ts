import type { JudgeMessage, Turn } from '../judge/render.ts'
import type { TemplateName } from '../judge/templates.ts'
import type { FieldError } from '../messages/field-errors.ts'

/** One row of an evaluation, whatever form it came in. */
export interface EvaluationRow {
  /** The one given, or the number of the line. */
  id: string
  /** True if the file gave the id: a line number identifies nothing outside its file. */
  idIsGiven: boolean
  category: string | null
  /** The answering model, if the file names it. */
  model: string | null
  /** The rating it should get, 0 to 10. */
  label: number | null
  input: RowInput
}

export type RowInput =
  /** Question and answer, once or twice; a reference that is not given is left out. */
  { turns: Turn[] } | GivenPrompt

/** The exact prompt of the judge; template and texts are those recognised in it, if any. */
export interface GivenPrompt {
  messages: JudgeMessage[]
  template: TemplateName | null
  turns: Turn[]
}

/** A place in the input that is wrong. */
export interface InputProblem extends FieldError {
  /** Null when there is one file only. */
  file: string | null
  line: number
}

/** One record of a file with the line where it begins, or what is wrong with it. */
export type InputRecord =
  | { line: number; value: Record<string, unknown> }
  | { line: number; problem: FieldError }

export const inputFormats = [
  'keval-edge',
  'ko-bench',
  'keval-testset',
  'fastchat',
  'logickor',
  'alpaca-eval',
  'lm-eval',
  'messages',
  'sharegpt',
] as const
export type InputFormat = (typeof inputFormats)[number]

export const inputContainers = ['json-lines', 'json-array', 'csv', 'tsv', 'datasets-server'] as const
export type InputContainer = (typeof inputContainers)[number]

export const inputRoles = ['rows', 'questions', 'answers', 'references'] as const
export type InputRole = (typeof inputRoles)[number]

/** Format and encoding that one file was parsed with. */
export interface ReadFile {
  name: string | null
  container: InputContainer
  gzip: boolean
  format: InputFormat | null
  role: InputRole | null
  /** The fields of the first row that are read, with what each became. */
  columns: Record<string, string>
}
