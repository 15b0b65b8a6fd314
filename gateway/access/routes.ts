import { apiRoutes } from '../http/api.ts'

/** The access gate: applications, their review, claims. */
export function accessRoutes() {
  return apiRoutes()
}
