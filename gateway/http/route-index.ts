/** The declared routes, to tell a wrong method from an unknown path. */
export interface RouteIndex {
  /** The methods that a path takes; empty for an unknown path. */
  methodsAt(path: string): string[]
  /** The first parts of the public API: `/v1/judgments`. */
  collections: string[]
}

export function indexRoutes(routes: readonly { method: string; path: string }[]): RouteIndex {
  const declared = routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => ({ method, path, pattern: toPattern(path) }))
  const collections = declared
    .map(({ path }) => /^\/v1\/(chat\/completions|[a-z-]+)/.exec(path)?.[0])
    .filter((path) => path !== undefined)
  return {
    methodsAt: (path) => [
      ...new Set(declared.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
    ],
    collections: [...new Set(collections)].sort(),
  }
}

function toPattern(path: string): RegExp {
  const parts = path.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : escaped(part)))
  return new RegExp(`^${parts.join('/')}$`)
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
