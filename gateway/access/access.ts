import { AuditLog } from '../audit/audit-log.ts'
import { AttemptLimiter } from '../auth/attempt-limiter.ts'
import { Keys } from '../auth/keys.ts'
import type { Env } from '../env.ts'
import { letterWriter } from '../mail/compose-mail.ts'
import { CloudflareMail, type Mail, NoMail, OutboxMail } from '../mail/mail.ts'
import { MailQueue } from '../mail/mail-queue.ts'
import { platformRandom, type RandomBytes } from '../platform/base62.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import { KeyedHash } from '../vault/keyed-hash.ts'
import { MasterKeys } from '../vault/master-keys.ts'
import { rotateMasterSecret } from '../vault/rotation.ts'
import { EnvelopeVault } from '../vault/vault.ts'
import { Applying } from './applications/application-service.ts'
import { Applications } from './applications/applications.ts'
import { Claiming } from './applications/claim.ts'
import { Consents } from './applications/consents.ts'
import { formRequirements, type Requirements } from './applications/form/requirements.ts'
import { type HumanCheck, noHumanCheck, Turnstile } from './applications/form/turnstile.ts'
import { OneTimeTokens } from './applications/one-time-tokens.ts'
import { StatusLinks } from './applications/status-links.ts'
import { Withdrawing } from './applications/withdraw.ts'
import { type RetentionPeriods, retentionPeriods } from './retention/periods.ts'
import { remindOfExpiry } from './retention/reminders.ts'
import { Retention } from './retention/retention.ts'
import { Reviewing } from './review/review-service.ts'
import { ensureDemoTenant } from './tenants/demo-tenant.ts'
import { Plans } from './tenants/plans.ts'
import { type DestroyTenantData, TenantDeletion } from './tenants/tenant-deletion.ts'
import { Tenants } from './tenants/tenants.ts'

/** The access gate, put together. */
export interface Access {
  applications: Applications
  applying: Applying
  consents: Consents
  reviewing: Reviewing
  claiming: Claiming
  statusLinks: StatusLinks
  withdrawing: Withdrawing
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
  destroyData: DestroyTenantData
  now: () => number
  random?: RandomBytes
}

export function createAccess({ env, database, destroyData, now, random = platformRandom }: Parts): Access {
  const masterKeys = new MasterKeys(env.MASTER_SECRET, env.MASTER_SECRET_PREVIOUS)
  const hash = new KeyedHash(database, masterKeys)
  const vault = new EnvelopeVault(masterKeys)
  const applications = new Applications(database, vault, now)
  const tokens = new OneTimeTokens(database, now, random)
  const keys = new Keys(database, now, random)
  const audit = new AuditLog(database, hash, now)
  const limiter = new AttemptLimiter(database, hash, now)
  const publicUrl = (env.PUBLIC_URL || 'http://127.0.0.1:8787').replace(/\/+$/, '')
  const compose = letterWriter({ database, applications, tokens, publicUrl })
  const mailQueue = new MailQueue({ database, mail: mailOf(env), compose, now, random })
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
  const periods = () => retentionPeriods(env.RETENTION)
  const consents = new Consents({ database, periods, now })
  return {
    applications,
    applying: new Applying({
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
    reviewing: new Reviewing({ database, applications, tenants, audit, mailQueue, now }),
    claiming: new Claiming({ applications, tenants, tokens, keys }),
    statusLinks: new StatusLinks({ database, applications, tokens, mailQueue, hash, limiter, random }),
    withdrawing: new Withdrawing({ database, applications, tenantDeletion }),
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

/** A local outbox where one is named, else Cloudflare's binding, else nothing. */
function mailOf(env: Env): Mail {
  const from = env.MAIL_FROM || 'keval <no-reply@keval.invalid>'
  if (env.MAIL_OUTBOX) return new OutboxMail(env.MAIL_OUTBOX, from)
  return env.EMAIL === undefined ? new NoMail() : new CloudflareMail(env.EMAIL, from)
}
