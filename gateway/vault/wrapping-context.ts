/** The associated data of a wrapped secret: it opens only in its own record. */
export const recordKeyContext = (recordId: string) => `record key ${recordId}`
export const serviceKeyContext = (purpose: string) => `service key ${purpose}`
export const webhookSecretContext = (webhookId: string) => `webhook secret ${webhookId}`
export const nodeSecretContext = (nodeId: string) => `node secret ${nodeId}`
