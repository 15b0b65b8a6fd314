import { apiRoutes } from '../http/api.ts'
import { applicantRoutes } from './applicant-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { operatorRoutes } from './operator-routes.ts'
import { reviewRoutes } from './review-routes.ts'
import { tenantRoutes } from './tenant-routes.ts'

/** The access gate: applications, their review, claims, tenants and keys. */
export function accessRoutes() {
  const routes = apiRoutes()
  const parts = [
    applicantRoutes(),
    linkRoutes(),
    reviewRoutes(),
    tenantRoutes(),
    operatorRoutes(),
    keyRoutes(),
  ]
  for (const part of parts) routes.route('/', part)
  return routes
}
