import * as checks from './checks.ts'

export interface Setting {
  /** Passed on to the Worker, or used on this machine only. */
  side: 'gateway' | 'host'
  check: checks.Check
  /** Never quoted; a settings file that holds it is its owner's alone. */
  secret?: true
  /** Also taken from the environment without the prefix `KEVAL_`. False for names that other programs use. */
  plainName?: false
}

/** Every setting of a gateway on one machine. docs/DEPLOY.md describes each. */
export const settings = {
  STATE: { side: 'host', check: checks.anyText, plainName: false },
  HOST: { side: 'host', check: checks.ipAddress, plainName: false },
  PORT: { side: 'host', check: checks.port },
  METRICS_PORT: { side: 'host', check: checks.port },
  METRICS_HOST: { side: 'host', check: checks.ipAddress },
  MIN_FREE_BYTES: { side: 'host', check: checks.bytes, plainName: false },
  MODEL: { side: 'host', check: checks.anyText, plainName: false },
  NODE_PORT: { side: 'host', check: checks.port },
  SMTP_HOST: { side: 'host', check: checks.anyText },
  SMTP_PORT: { side: 'host', check: checks.port },
  SMTP_SECURITY: { side: 'host', check: checks.oneOf('starttls', 'tls', 'none') },
  SMTP_USER: { side: 'host', check: checks.anyText },
  SMTP_PASSWORD: { side: 'host', check: checks.anyText, secret: true },
  SMTP_RETURN_PATH: { side: 'host', check: checks.mailAddress },
  SMTP_CA_FILE: { side: 'host', check: checks.certificateFile },
  PUBLIC_URL: { side: 'gateway', check: checks.publicUrl },
  TRUSTED_PROXIES: { side: 'gateway', check: checks.proxies },
  NODES: { side: 'gateway', check: checks.nodeUrls },
  NODE_SECRET: { side: 'gateway', check: checks.bearerSecret, secret: true },
  NODE_TIME_LIMITS: { side: 'gateway', check: checks.timeLimits },
  NODE_HEDGE: { side: 'gateway', check: checks.hedge },
  TENANT_STORAGE_BYTES: { side: 'gateway', check: checks.bytes },
  ADMIN_SECRET: { side: 'gateway', check: checks.longSecret, secret: true },
  MASTER_SECRET: { side: 'gateway', check: checks.masterSecrets, secret: true },
  MASTER_SECRET_PREVIOUS: { side: 'gateway', check: checks.masterSecrets, secret: true },
  ACCESS_ISSUER: { side: 'gateway', check: checks.httpUrl },
  ACCESS_AUDIENCE: { side: 'gateway', check: checks.anyText },
  MAIL_FROM: { side: 'gateway', check: checks.mailAddress },
  CONTACT_EMAIL: { side: 'gateway', check: checks.mailAddress },
  REVIEWER_MAIL: { side: 'gateway', check: checks.bareMailAddress },
  WEBHOOK_ADDRESSES: { side: 'gateway', check: checks.oneOf('public', 'any') },
  MAIL_OUTBOX: { side: 'gateway', check: checks.httpUrl },
  APPLICATION_FIELDS: { side: 'gateway', check: checks.applicationFields },
  DATA_LOCATION: { side: 'gateway', check: checks.dataLocations },
  RETENTION: { side: 'gateway', check: checks.retention },
  TURNSTILE_SITE_KEY: { side: 'gateway', check: checks.anyText },
  TURNSTILE_SECRET: { side: 'gateway', check: checks.anyText, secret: true },
  OTEL_EXPORTER_OTLP_ENDPOINT: { side: 'gateway', check: checks.httpUrl },
  OTEL_EXPORTER_OTLP_HEADERS: { side: 'gateway', check: checks.anyText, secret: true },
} satisfies Record<string, Setting>

export type SettingName = keyof typeof settings

export const settingNames = Object.keys(settings) as SettingName[]

export const toSetting = (name: SettingName): Setting => settings[name]

/** Variables with our prefix that are no settings of the gateway: the clients', the tests' and our own. */
export const otherVariables = [
  'KEVAL_API_KEY',
  'KEVAL_URL',
  'KEVAL_TARGET_API_KEY',
  'KEVAL_PUBLISHED_DATA',
  'KEVAL_LAUNCHER_PID',
  'KEVAL_WORKERD',
  'KEVAL_SETTINGS',
  'KEVAL_BACKUP_PASSPHRASE',
]
