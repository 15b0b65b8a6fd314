/** Who acts: `id` stands in the audit log, `name` is for people to read. */
export interface Operator {
  id: string
  name: string
}
