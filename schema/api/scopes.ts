/** Permissions of an API key. */
export const scopes = ['judge', 'evaluate', 'read', 'manage'] as const

export type Scope = (typeof scopes)[number]
