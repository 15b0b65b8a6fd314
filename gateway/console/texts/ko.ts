import { account } from './ko/account.ts'
import { apply } from './ko/apply.ts'
import { audits } from './ko/audits.ts'
import { common } from './ko/common.ts'
import { docs } from './ko/docs.ts'
import { errors } from './ko/errors.ts'
import { evaluations } from './ko/evaluations.ts'
import { judge } from './ko/judge.ts'
import { judgments } from './ko/judgments.ts'
import { links } from './ko/links.ts'
import { operator } from './ko/operator.ts'
import { privacy } from './ko/privacy.ts'
import { signIn } from './ko/sign-in.ts'
import { start } from './ko/start.ts'
import { status } from './ko/status.ts'
import { webhooks } from './ko/webhooks.ts'

export const ko = {
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

/** All that the console says. Korean is the measure: the other language has the very same keys. */
export type Texts = typeof ko
