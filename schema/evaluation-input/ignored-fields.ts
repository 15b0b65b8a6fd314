import type { z } from 'zod'

/** The fields that a schema reads, with those inside them; null where everything inside is read. */
type FieldTree = Map<string, FieldTree | null>

const maxIgnoredFields = 50
const maxNameLength = 100
/** A column without a name, as the index of a DataFrame has none. */
const unnamed = '""'

/** Collects the names of fields that were given and are not read. Null is not given. */
export class IgnoredFields {
  readonly names = new Set<string>()

  note(record: Record<string, unknown>, schema: z.ZodType): void {
    this.#compare(record, getTree(schema), '')
  }

  add(name: string): void {
    if (this.names.size < maxIgnoredFields)
      this.names.add(name === '' ? unnamed : name.slice(0, maxNameLength))
  }

  #compare(value: unknown, tree: FieldTree | null, path: string): void {
    if (tree === null || typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      // no form has records in lists of lists, and a file may nest lists a hundred thousand deep
      const items = value.slice(0, 4).filter((item) => !Array.isArray(item))
      for (const item of items) this.#compare(item, tree, path)
      return
    }
    for (const [name, inner] of Object.entries(value)) {
      const field = path === '' ? name : `${path}.${name}`
      if (tree.has(name)) this.#compare(inner, tree.get(name)!, field)
      else if (inner !== null) this.add(field)
    }
  }
}

const trees = new WeakMap<z.ZodType, FieldTree | null>()

function getTree(schema: z.ZodType): FieldTree | null {
  if (!trees.has(schema)) trees.set(schema, readTree(schema))
  return trees.get(schema)!
}

function readTree(schema: z.ZodType): FieldTree | null {
  const { def } = schema as unknown as {
    def: {
      type: string
      shape?: object
      element?: z.ZodType
      innerType?: z.ZodType
      in?: z.ZodType
      out?: z.ZodType
      catchall?: unknown
    }
  }
  if (def.type === 'object' && def.catchall === undefined) {
    return new Map(Object.entries(def.shape!).map(([name, field]) => [name, readTree(field)]))
  }
  const inner = def.element ?? def.innerType
  if (inner !== undefined) return readTree(inner)
  // a preprocessed field has its schema behind the transform, a transformed one before it
  return (def.out && readTree(def.out)) ?? (def.in && readTree(def.in)) ?? null
}
