/** A question of one or two turns. */
export interface Question {
  /** Null where the file gives none. */
  id: string | null
  /** Identifies the question in a journal: its id, or a digest of its text. */
  key: string
  category: string | null
  turns: string[]
  /** By turn; null where there is none. */
  references: (string | null)[]
}
