/** What a wrapped secret is bound to, so that it opens in its own place and nowhere else. */
export const recordKeyContext = (recordId: string) => `record key ${recordId}`
export const serviceKeyContext = (purpose: string) => `service key ${purpose}`
export const nodeSecretContext = (nodeId: string) => `node secret ${nodeId}`
