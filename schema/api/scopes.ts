/** What an API key may be allowed to do. */
export const scopes = ['judge', 'evaluate', 'read', 'manage'] as const

export type Scope = (typeof scopes)[number]
