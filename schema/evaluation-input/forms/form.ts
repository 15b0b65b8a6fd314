import type { z } from 'zod'
import type { EvaluationRow, InputFormat } from '../row.ts'

/** A row as its form gives it: the id is null where the file gave none. */
export type ParsedRow = Omit<EvaluationRow, 'id' | 'idIsGiven'> & { id: string | null }

/** A form of rows that stand for themselves. */
export interface InputForm {
  format: Exclude<InputFormat, 'fastchat'>
  /** Returns whether a record shows the fields of this form. */
  fits(record: Record<string, unknown>): boolean
  schema: z.ZodType<ParsedRow>
  /** The shape of a record before it is transformed: other fields are not read. */
  shape: z.ZodType
  idField: string
  /** The field that holds the answer of a turn, counted from 0. */
  answerField(record: Record<string, unknown>, turn: number): string
  /** The meaning of each field, by its path. */
  columns: Readonly<Record<string, string>>
  /** Parts that are not read although their field is. */
  unread?(record: Record<string, unknown>): string[]
}
