import type { JudgeMessage, Turn } from '../judge/render.ts'
import type { TemplateName } from '../judge/templates.ts'

/** One row of an evaluation, whatever form it came in. */
export interface EvaluationRow {
  /** Given, or the number of the line. */
  id: string
  category: string | null
  /** Whose answer this is, where the file says so. */
  model: string | null
  /** The rating it should get, 0 to 10. */
  label: number | null
  input: RowInput
}

export type RowInput =
  /** Question and answer, once or twice; a reference that is not given is left out. */
  { turns: Turn[] } | GivenPrompt

/** What the judge shall read, exactly; template and texts are what was recognised in it, if anything was. */
export interface GivenPrompt {
  messages: JudgeMessage[]
  template: TemplateName | null
  turns: Turn[]
}

/** A place in the input that is wrong. */
export interface InputProblem {
  /** Null when there is one file only. */
  file: string | null
  line: number
  field: string
  message: string
}

export const inputFormats = ['keval-edge', 'ko-bench', 'keval-testset', 'fastchat'] as const
export type InputFormat = (typeof inputFormats)[number]
