import type { NodeRecord } from '../node.ts'

/** Headers of every call to a node: its shared secret, and the ids that correlate it with a request. */
export function nodeHeaders(
  node: NodeRecord,
  extra: Record<string, string | undefined> = {},
): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (node.secret !== null) headers.authorization = `Bearer ${node.secret}`
  for (const [name, value] of Object.entries(extra)) if (value !== undefined) headers[name] = value
  return headers
}
