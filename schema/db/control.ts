/** The control plane in D1: who may use the service, and everything that led there. */
export * from './control/applications.ts'
export * from './control/audit-log.ts'
export * from './control/mail.ts'
export * from './control/nodes.ts'
export * from './control/share-links.ts'
export * from './control/tenants.ts'
export * from './control/usage.ts'
export * from './control/vault.ts'
