import { common } from './en/common.ts'
import { docs } from './en/docs.ts'
import { errors } from './en/errors.ts'
import { judge } from './en/judge.ts'
import { judgments } from './en/judgments.ts'
import { signIn } from './en/sign-in.ts'
import { start } from './en/start.ts'

export const en = { common, docs, errors, judge, judgments, signIn, start }
