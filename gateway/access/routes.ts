import { auditLogRoutes } from '../audit-log/routes.ts'
import { apiRoutes } from '../http/api.ts'
import { formRoutes } from './applications/form-routes.ts'
import { linkRoutes } from './applications/link-routes.ts'
import { applicantRoutes } from './applications/routes.ts'
import { cooperationRoutes } from './review/cooperation-routes.ts'
import { decisionRoutes } from './review/decision-routes.ts'
import { reviewRoutes } from './review/routes.ts'
import { keyRoutes } from './tenants/key-routes.ts'
import { operatorKeyRoutes } from './tenants/operator-key-routes.ts'
import { operatorRoutes } from './tenants/operator-routes.ts'
import { tenantRoutes } from './tenants/routes.ts'

/** The access gate: applications, their review, claims, tenants and keys. */
export function accessRoutes() {
  const routes = apiRoutes()
  const parts = [
    formRoutes(),
    applicantRoutes(),
    linkRoutes(),
    reviewRoutes(),
    decisionRoutes(),
    cooperationRoutes(),
    tenantRoutes(),
    operatorKeyRoutes(),
    operatorRoutes(),
    auditLogRoutes(),
    keyRoutes(),
  ]
  for (const part of parts) routes.route('/', part)
  return routes
}
