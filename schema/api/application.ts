import { z } from 'zod'
import { problem, says } from '../messages/field-errors.ts'
import { described } from './described.ts'
import { containsResidentNumber } from './resident-number.ts'

/** The application form on the wire. Which fields must be filled in is the operator's configuration. */

const harmless = (text: string) => !/[\p{Cc}\p{Cs}]/u.test(text.replace(/[\n\r\t]/g, ''))
const oneLine = (text: string) => !/[\n\r]/.test(text)

/** A text typed by a person. */
export const freeText = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maximum)
    .refine(harmless, problem('control_characters'))
    .refine((text) => !containsResidentNumber(text), problem('resident_number'))

const line = (maximum: number) => freeText(maximum).refine(oneLine, problem('one_line'))

export const affiliations = ['company', 'individual'] as const
export const purposes = ['research', 'commercial', 'education', 'other'] as const
export const language = z.enum(['ko', 'en'])

/** Personal fields. Sealed separately and shown to a reviewer on a logged request only. */
export const personFields = {
  name: line(100),
  date_of_birth: z.iso.date(),
  over_14: z
    .literal(true)
    .meta(
      described('In place of a date of birth, where the form asks for it', '신청서가 물을 때, 생년월일 대신'),
    ),
  company: line(200).meta(
    described('Required with `affiliation` `company`', '`affiliation`이 `company`이면 필수'),
  ),
  department: line(200),
  position: line(100),
  email: line(254).pipe(z.email()),
  phone: line(32).regex(/^\+?[0-9][0-9 ()-]{6,30}$/, says('format_phone')),
}

/** Purpose of the access. */
export const requestFields = {
  affiliation: z.enum(affiliations),
  purpose: z.enum(purposes),
  model: line(100).meta(
    described('The model applied for, such as `keval-2-9b`', '신청하는 모델. 예: `keval-2-9b`'),
  ),
  model_version: line(50),
  reason: freeText(2000),
  objectives: freeText(2000),
  use_cases: freeText(4000),
  security_plan: freeText(4000).meta(
    described('How data and key will be kept safe', '데이터와 키를 지키는 방법'),
  ),
}

export const formFields = { ...personFields, ...requestFields }
export type FormField = keyof typeof formFields

export const consentKinds = ['review', 'overseas', 'news'] as const
export type ConsentKind = (typeof consentKinds)[number]

const consentsGiven = z.strictObject({
  review: z
    .boolean()
    .meta(described('Collection and use of what the form holds; needed', '신청 내용의 수집과 이용. 필수')),
  overseas: z.boolean().meta(described('Its transfer abroad; needed', '국외 이전. 필수')),
  news: z
    .boolean()
    .optional()
    .meta(
      described('Mails with news; free to refuse, default false', '소식 메일. 거절해도 됩니다. 기본은 false'),
    ),
  version: z
    .string()
    .max(32)
    .meta(described('`consent_version` of the form that was shown', '보여 준 신청서의 `consent_version`')),
})

export const applicationForm = z.strictObject({
  ...z.object(formFields).partial().shape,
  consents: consentsGiven,
  language: language
    .optional()
    .meta(
      described(
        'Of mails and messages; left out, as Accept-Language says',
        '메일과 안내의 언어. 빼면 Accept-Language를 따릅니다',
      ),
    ),
  turnstile_token: z
    .string()
    .max(2048)
    .optional()
    .meta(
      described(
        'Where the operator has switched Turnstile on: what its widget gave',
        '운영자가 Turnstile을 켰을 때, 위젯이 준 값',
      ),
    ),
})

export const applicationPatch = z.strictObject({
  ...z.object(formFields).partial().shape,
  language: language.optional().meta(described('Of mails and messages', '메일과 안내의 언어')),
  answer: freeText(4000)
    .optional()
    .meta(described('To what the reviewer asked', '심사자가 물은 것에 대한 답')),
  news: z
    .boolean()
    .optional()
    .meta(described('Give or take back the consent to mails with news', '소식 메일 동의를 하거나 거둡니다')),
})

export type Form = z.infer<z.ZodObject<typeof formFields>>
export type FormValues = Partial<Form>
export type Language = z.infer<typeof language>
