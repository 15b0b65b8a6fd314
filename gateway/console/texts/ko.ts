import { common } from './ko/common.ts'
import { docs } from './ko/docs.ts'
import { errors } from './ko/errors.ts'
import { judge } from './ko/judge.ts'
import { judgments } from './ko/judgments.ts'
import { signIn } from './ko/sign-in.ts'
import { start } from './ko/start.ts'

export const ko = { common, docs, errors, judge, judgments, signIn, start }
