import { AuditLog } from '../audit-log/audit-log.ts'
import { AttemptLimiter } from '../auth/attempt-limiter.ts'
import { Keys } from '../auth/keys.ts'
import type { Env } from '../env.ts'
import { MailQueue } from '../mail/mail-queue.ts'
import { createMailTransport } from '../mail/mail-transport.ts'
import { platformRandom, type RandomBytes } from '../platform/base62.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import { KeyedHash } from '../vault/keyed-hash.ts'
import type { MasterKeys } from '../vault/master-keys.ts'
import { rotateMasterSecret } from '../vault/rotation.ts'
import { EnvelopeVault } from '../vault/vault.ts'
import { ApplicationService } from './applications/application-service.ts'
import { ApplicationStore } from './applications/application-store.ts'
import { ClaimService } from './applications/claim-service.ts'
import { Consents } from './applications/consents.ts'
import { type ShownConsents, shownConsents } from './applications/form/consents.ts'
import { dataLocation } from './applications/form/data-location.ts'
import { formRequirements, type Requirements } from './applications/form/requirements.ts'
import { type HumanCheck, noHumanCheck, Turnstile } from './applications/form/turnstile.ts'
import { OneTimeTokens } from './applications/one-time-tokens.ts'
import { StatusLinks } from './applications/status-links.ts'
import { WithdrawalService } from './applications/withdrawal-service.ts'
import { composeMail } from './mails/compose-mail.ts'
import { type RetentionPeriods, retentionPeriods } from './retention/periods.ts'
import { remindOfExpiry } from './retention/reminders.ts'
import { Retention } from './retention/retention.ts'
import { ReviewMails } from './review/review-mails.ts'
import { ReviewNotes } from './review/review-notes.ts'
import { ReviewService } from './review/review-service.ts'
import { ReviewerNotice } from './review/reviewer-notice.ts'
import { Reviewers } from './review/reviewers.ts'
import { ensureDemoTenant } from './tenants/demo-tenant.ts'
import { Plans } from './tenants/plans.ts'
import { type DestroyTenantData, TenantDeletion } from './tenants/tenant-deletion.ts'
import { Tenants } from './tenants/tenants.ts'

/** The services of the access gate. */
export interface Access {
  applications: ApplicationStore
  applicationService: ApplicationService
  consents: Consents
  /** The consents that the form asks for. */
  shownConsents: () => ShownConsents
  reviewService: ReviewService
  reviewMails: ReviewMails
  reviewNotes: ReviewNotes
  reviewers: Reviewers
  reviewerNotice: ReviewerNotice
  claimService: ClaimService
  statusLinks: StatusLinks
  withdrawalService: WithdrawalService
  tokens: OneTimeTokens
  tenants: Tenants
  tenantDeletion: TenantDeletion
  ensureDemoTenant: (actor: string) => Promise<{ tenantId: string; key: string }>
  plans: Plans
  keys: Keys
  audit: AuditLog
  mailQueue: MailQueue
  limiter: AttemptLimiter
  retention: Retention
  humanCheck: HumanCheck
  requirements: () => Requirements
  periods: () => RetentionPeriods
  remind: () => Promise<number>
  rotateMasterSecret: () => Promise<{ rewrapped: number; remaining: number }>
}

interface Parts {
  env: Env
  database: ControlDatabase
  masterKeys: MasterKeys
  destroyData: DestroyTenantData
  now: () => number
  random?: RandomBytes
}

export function createAccess({
  env,
  database,
  masterKeys,
  destroyData,
  now,
  random = platformRandom,
}: Parts): Access {
  const hash = new KeyedHash(database, masterKeys)
  const vault = new EnvelopeVault(masterKeys)
  const applications = new ApplicationStore(database, vault, now)
  const tokens = new OneTimeTokens(database, now, random)
  const keys = new Keys(database, now, random)
  const audit = new AuditLog(database, hash, now)
  const limiter = new AttemptLimiter(database, hash, now)
  const publicUrl = (env.PUBLIC_URL || 'http://127.0.0.1:8787').replace(/\/+$/, '')
  const reviewerAddress = env.REVIEWER_MAIL || undefined
  const compose = composeMail({ database, applications, tokens, publicUrl, reviewerAddress })
  const mailQueue = new MailQueue({ database, mail: createMailTransport(env), compose, now, random })
  const plans = new Plans(database, audit)
  const tenants = new Tenants({ database, plans, audit, now, random })
  const tenantDeletion = new TenantDeletion({
    database,
    applications,
    tenants,
    audit,
    destroyData,
    now,
    random,
  })
  const reviewers = new Reviewers({ database, applications, audit, now })
  const periods = () => retentionPeriods(env.RETENTION)
  const shown = () => shownConsents(periods().rejected, dataLocation(env.DATA_LOCATION))
  const consents = new Consents({ database, shown, now })
  return {
    applications,
    applicationService: new ApplicationService({
      database,
      applications,
      tokens,
      mailQueue,
      hash,
      limiter,
      consents,
      now,
      random,
    }),
    consents,
    shownConsents: shown,
    reviewService: new ReviewService({ database, applications, tenants, reviewers, audit, mailQueue, now }),
    reviewMails: new ReviewMails({ database, audit, mailQueue }),
    reviewNotes: new ReviewNotes({ database, applications, reviewers, vault, audit, now, random }),
    reviewers,
    reviewerNotice: new ReviewerNotice({ database, mailQueue, address: reviewerAddress, now }),
    claimService: new ClaimService({ applications, tenants, tokens, keys }),
    statusLinks: new StatusLinks({ database, applications, tokens, mailQueue, hash, limiter, random }),
    withdrawalService: new WithdrawalService({ database, applications, tenantDeletion }),
    tokens,
    tenants,
    tenantDeletion,
    ensureDemoTenant: (actor) => ensureDemoTenant({ database, audit, hash, now }, actor),
    plans,
    keys,
    audit,
    mailQueue,
    limiter,
    retention: new Retention({ database, applications, tenantDeletion, audit, periods, now }),
    humanCheck: env.TURNSTILE_SECRET ? new Turnstile(env.TURNSTILE_SECRET) : noHumanCheck,
    requirements: () => formRequirements(env.APPLICATION_FIELDS),
    periods,
    remind: () => remindOfExpiry({ database, mailQueue, now }),
    rotateMasterSecret: () => rotateMasterSecret({ database, vault, masterKeys }),
  }
}
