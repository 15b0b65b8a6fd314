/** What a wrapped secret is bound to, so that it opens in its own place and nowhere else. */
export const recordKeyOf = (recordId: string) => `record key ${recordId}`
export const serviceKeyOf = (purpose: string) => `service key ${purpose}`
export const nodeSecretOf = (nodeId: string) => `node secret ${nodeId}`
