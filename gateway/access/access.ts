import { AttemptLimiter } from '../auth/attempt-limiter.ts'
import { platformRandom, type RandomBytes } from '../auth/base62.ts'
import { Keys } from '../auth/keys.ts'
import type { ControlDatabase } from '../control-database.ts'
import type { Env } from '../env.ts'
import { CloudflareMail, type Mail, NoMail, OutboxMail } from '../mail/mail.ts'
import { MailQueue } from '../mail/mail-queue.ts'
import { Applications } from './applications.ts'
import { Applying } from './applying.ts'
import { AuditLog } from './audit-log.ts'
import { Claiming } from './claiming.ts'
import { formRequirements, type Requirements } from './form/requirements.ts'
import { letterWriter } from './letters.ts'
import { OneTimeTokens } from './one-time-tokens.ts'
import { Reviewing } from './reviewing.ts'
import { type DestroyTenantData, Tenants } from './tenants.ts'
import { KeyedHash } from './vault/keyed-hash.ts'
import { MasterKeys } from './vault/master-keys.ts'
import { EnvelopeVault } from './vault/vault.ts'
import { Withdrawing } from './withdrawing.ts'

/** The access gate, put together. */
export interface Access {
  applications: Applications
  applying: Applying
  reviewing: Reviewing
  claiming: Claiming
  withdrawing: Withdrawing
  tenants: Tenants
  keys: Keys
  audit: AuditLog
  mailQueue: MailQueue
  limiter: AttemptLimiter
  requirements: () => Requirements
  retentionDays: number
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
  const applications = new Applications(database, new EnvelopeVault(masterKeys), now)
  const tokens = new OneTimeTokens(database, now, random)
  const keys = new Keys(database, now, random)
  const audit = new AuditLog(database, hash, now)
  const limiter = new AttemptLimiter(database, hash, now)
  const publicUrl = (env.PUBLIC_URL ?? 'http://127.0.0.1:8787').replace(/\/+$/, '')
  const compose = letterWriter({ database, applications, tokens, publicUrl })
  const mailQueue = new MailQueue({ database, mail: mailOf(env), compose, now, random })
  const tenants = new Tenants({ database, applications, audit, hash, destroyData, now, random })
  const retentionDays = Number(env.RETENTION_DAYS ?? 30)
  return {
    applications,
    applying: new Applying({
      database,
      applications,
      tokens,
      mailQueue,
      hash,
      limiter,
      retentionDays,
      now,
      random,
    }),
    reviewing: new Reviewing({ database, applications, tenants, audit, mailQueue, now }),
    claiming: new Claiming({ applications, tenants, tokens, keys }),
    withdrawing: new Withdrawing({ database, applications, tenants }),
    tenants,
    keys,
    audit,
    mailQueue,
    limiter,
    requirements: () => formRequirements(env.APPLICATION_FIELDS),
    retentionDays,
  }
}

/** A local outbox where one is named, else Cloudflare's binding, else nothing. */
function mailOf(env: Env): Mail {
  const from = env.MAIL_FROM ?? 'keval <no-reply@keval.invalid>'
  if (env.MAIL_OUTBOX) return new OutboxMail(env.MAIL_OUTBOX, from)
  return env.EMAIL === undefined ? new NoMail() : new CloudflareMail(env.EMAIL, from)
}
