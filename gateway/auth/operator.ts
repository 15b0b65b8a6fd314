/** The acting operator: `id` is written to the audit log, `name` is for display. */
export interface Operator {
  id: string
  name: string
}
