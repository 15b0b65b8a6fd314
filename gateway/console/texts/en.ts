import { account } from './en/account.ts'
import { apply } from './en/apply.ts'
import { audits } from './en/audits.ts'
import { common } from './en/common.ts'
import { docs } from './en/docs.ts'
import { errors } from './en/errors.ts'
import { evaluations } from './en/evaluations.ts'
import { judge } from './en/judge.ts'
import { judgments } from './en/judgments.ts'
import { links } from './en/links.ts'
import { operator } from './en/operator.ts'
import { privacy } from './en/privacy.ts'
import { signIn } from './en/sign-in.ts'
import { start } from './en/start.ts'
import { status } from './en/status.ts'
import { webhooks } from './en/webhooks.ts'

export const en = {
  account,
  apply,
  audits,
  common,
  docs,
  errors,
  evaluations,
  judge,
  judgments,
  links,
  operator,
  privacy,
  signIn,
  start,
  status,
  webhooks,
}
