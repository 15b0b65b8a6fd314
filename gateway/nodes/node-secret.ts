/** Binds a sealed secret to its node, so that it opens nowhere else. */
export const nodeSecretContext = (id: string) => `node secret ${id}`
