import { isLoopback } from './checks.ts'
import type { SettingName } from './table.ts'

/** A demonstration on one's own machine, or a service for others. */
export type Mode = 'demonstration' | 'production'

const pairs: [SettingName, SettingName][] = [
  ['ACCESS_ISSUER', 'ACCESS_AUDIENCE'],
  ['TURNSTILE_SITE_KEY', 'TURNSTILE_SECRET'],
  ['SMTP_USER', 'SMTP_PASSWORD'],
]

/** Problems between settings that are each right alone. */
export function findContradictions(
  settings: Readonly<Partial<Record<SettingName, string>>>,
  mode: Mode,
): string[] {
  const problems: string[] = []
  for (const [one, other] of pairs) {
    if ((settings[one] === undefined) !== (settings[other] === undefined))
      problems.push(`${one} and ${other}: belong together; one of them is missing.`)
  }
  const hasSmtp = settings.SMTP_HOST !== undefined
  const smtpOnly = (
    ['SMTP_PORT', 'SMTP_SECURITY', 'SMTP_USER', 'SMTP_PASSWORD', 'SMTP_RETURN_PATH', 'SMTP_CA_FILE'] as const
  ).filter((name) => settings[name] !== undefined)
  if (!hasSmtp && smtpOnly.length > 0) problems.push(`${smtpOnly.join(', ')}: need SMTP_HOST.`)
  if (hasSmtp && settings.MAIL_FROM === undefined)
    problems.push('MAIL_FROM: must be set where SMTP_HOST is: it is the sender of every mail.')
  if (hasSmtp && settings.MAIL_OUTBOX !== undefined)
    problems.push('SMTP_HOST and MAIL_OUTBOX: exclude each other.')
  if (
    settings.SMTP_SECURITY === 'none' &&
    settings.SMTP_USER !== undefined &&
    !isLoopback(settings.SMTP_HOST ?? '')
  )
    problems.push('SMTP_SECURITY: must not be none where a password is sent to another machine.')
  if (mode === 'production') problems.push(...findProductionProblems(settings))
  return problems
}

function findProductionProblems(settings: Readonly<Partial<Record<SettingName, string>>>): string[] {
  const { PUBLIC_URL: url, TRUSTED_PROXIES: trusted } = settings
  if (url === undefined)
    return [
      'PUBLIC_URL: must be set to the address that users reach the service at: links in mails lead there.',
    ]
  if (URL.canParse(url) && !isLoopback(new URL(url).hostname) && trusted === undefined)
    return [
      'TRUSTED_PROXIES: must name the reverse proxy in front of the service (127.0.0.1 for one on this machine), or all clients share one address and its limits.',
    ]
  return []
}
