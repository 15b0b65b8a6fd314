import type { Language } from '../../../../schema/messages/language.ts'

type Node = Record<string, unknown>

/** The OpenAPI document with its texts in the reader's language; it holds English and Korean ones. */
export function localizeDocument<T>(document: T, language: Language): T {
  return language === 'en' ? document : toKorean(document)
}

function toKorean<T>(node: T): T {
  if (Array.isArray(node)) return node.map(toKorean) as T
  if (node === null || typeof node !== 'object') return node
  const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, toKorean(value)]))
  return { ...inner, ...koreanTexts(node as Node) } as T
}

/** A parameter takes its description from its schema, which alone has the Korean one. */
function koreanTexts(node: Node): Node {
  const schema = typeof node.schema === 'object' ? (node.schema as Node | null) : null
  const description = node['x-description-ko'] ?? schema?.['x-description-ko']
  const summary = node['x-summary-ko']
  return {
    ...(typeof node.description === 'string' && description !== undefined && { description }),
    ...(summary !== undefined && { summary }),
  }
}
