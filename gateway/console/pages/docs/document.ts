/** The parts of the OpenAPI document that the documentation page reads. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  format?: string
  description?: string
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  additionalProperties?: Schema | boolean
}

type Content = Record<string, { schema?: Schema }>

export interface Operation {
  method: string
  path: string
  summary?: string
  description?: string
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[]
  requestBody?: { content: Content }
  responses?: Record<string, { description?: string; content?: Content }>
}

export interface OpenApiDocument {
  paths?: Record<string, Record<string, unknown>>
  components?: { schemas?: Record<string, Schema> }
}

const groups = ['judge', 'evaluations', 'account', 'openai', 'applicant', 'operator', 'other'] as const
export type Group = (typeof groups)[number]

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** All operations in groups, in the order they are declared. */
export function operationsByGroup(document: OpenApiDocument): Map<Group, Operation[]> {
  const found = new Map<Group, Operation[]>(groups.map((group) => [group, []]))
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      if (!(method in item)) continue
      found.get(getGroup(path))!.push({ ...(item[method] as object), method: method.toUpperCase(), path })
    }
  }
  return found
}

function getGroup(path: string): Group {
  if (path.startsWith('/admin/')) return 'operator'
  if (/^\/v1\/judgments/.test(path)) return 'judge'
  if (/^\/v1\/(evaluations|audits|leaderboard)/.test(path)) return 'evaluations'
  if (/^\/v1\/(usage|limits|keys)/.test(path)) return 'account'
  if (/^\/v1\/(chat|models|files|batches)/.test(path)) return 'openai'
  if (/^\/v1\/(applications|application-form|claims|verifications|status-links)/.test(path))
    return 'applicant'
  return 'other'
}

export const toAnchor = ({ method, path }: Operation) =>
  `${method.toLowerCase()}${path.replaceAll(/[^\w]+/g, '-').replace(/-$/, '')}`

export interface FieldRow {
  name: string
  type: string
  required: boolean
  description: string
  bounds: Bounds
}

/** Bounds and default of a value. */
export interface Bounds {
  /** The value is greater than this. */
  above?: number
  least?: number
  most?: number
  /** Most characters. */
  longest?: number
  /** As JSON. */
  byDefault?: string
}

/** An object's fields as rows, one level of nesting written with a dot. */
export function fieldRows(schema: Schema | undefined, document: OpenApiDocument, prefix = ''): FieldRow[] {
  const object = resolve(schema, document)
  return Object.entries(object?.properties ?? {}).flatMap(([name, raw]) => {
    const field = resolve(raw, document) ?? {}
    const row: FieldRow = {
      name: prefix + name,
      type: typeName(field, document),
      required: object?.required?.includes(name) ?? false,
      description: field.description ?? '',
      bounds: formatBounds(field),
    }
    const inner = field.type === 'array' ? resolve(field.items, document) : field
    const nested = prefix === '' && inner?.properties !== undefined
    const dot = field.type === 'array' ? '[].' : '.'
    return nested ? [row, ...fieldRows(inner, document, `${name}${dot}`)] : [row]
  })
}

/** Follows a reference; of alternatives, takes the first that is an object. */
export function resolve(schema: Schema | undefined, document: OpenApiDocument): Schema | undefined {
  if (schema?.$ref !== undefined) {
    return resolve(document.components?.schemas?.[schema.$ref.split('/').at(-1)!], document)
  }
  const alternatives = schema?.anyOf ?? schema?.oneOf ?? schema?.allOf
  if (alternatives === undefined || schema?.properties !== undefined) return schema
  const resolved = alternatives.map((one) => resolve(one, document))
  const object = resolved.find((one) => one?.properties !== undefined)
  return object ?? { ...schema, type: resolved.map((one) => typeName(one ?? {}, document)).join(' | ') }
}

function typeName(schema: Schema, document: OpenApiDocument): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.type === 'array') return `${typeName(resolve(schema.items, document) ?? {}, document)}[]`
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any')
  return schema.format === undefined ? type : `${type} (${schema.format})`
}

function formatBounds({ exclusiveMinimum, minimum, maximum, maxLength, default: byDefault }: Schema): Bounds {
  return {
    ...(exclusiveMinimum !== undefined && { above: exclusiveMinimum }),
    ...(minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && { least: minimum }),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { most: maximum }),
    ...(maxLength !== undefined && { longest: maxLength }),
    ...(byDefault !== undefined && { byDefault: JSON.stringify(byDefault) }),
  }
}
