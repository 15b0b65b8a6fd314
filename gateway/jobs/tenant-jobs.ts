import { type Remote, rpc } from '../platform/object-rpc.ts'
import type { TenantStub } from '../tenant-rpc.ts'
import type { JobRunner } from './job-runner.ts'

/** The job runner of a tenant, as its consumer calls it. */
export const tenantJobs = (tenant: TenantStub): Remote<JobRunner> => rpc<JobRunner>(tenant, 'jobs')
