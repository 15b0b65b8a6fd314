import { z } from 'zod'
import { problem, withMessage } from '../messages/field-errors.ts'
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
      described(
        'Replaces a date of birth, if the form asks for it',
        '신청서에서 요구하는 경우 생년월일 대신 사용',
      ),
    ),
  company: line(200).meta(
    described('Required with `affiliation` `company`', '`affiliation`이 `company`이면 필수'),
  ),
  department: line(200),
  position: line(100),
  email: line(254).pipe(z.email()),
  phone: line(32).regex(/^\+?[0-9][0-9 ()-]{6,30}$/, withMessage('format_phone')),
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
  security_plan: freeText(4000).meta(described('How data and keys are kept safe', '데이터와 키의 보호 방법')),
}

export const formFields = { ...personFields, ...requestFields }
export type FormField = keyof typeof formFields

export const consentKinds = ['review', 'overseas', 'news'] as const
export type ConsentKind = (typeof consentKinds)[number]

const consentsGiven = z.strictObject({
  review: z
    .boolean()
    .meta(
      described(
        "Consent to collection and use of the form's data; required",
        '신청 정보의 수집·이용 동의(필수)',
      ),
    ),
  overseas: z
    .boolean()
    .optional()
    .meta(
      described(
        'Consent to the transfer abroad; required where the form asks for it, refused elsewhere',
        '국외 이전 동의. 신청서에 있으면 필수이고, 없으면 거부됩니다',
      ),
    ),
  news: z
    .boolean()
    .optional()
    .meta(
      described(
        'Consent to news by email; optional, default false',
        '소식 메일 수신 동의(선택). 기본값 false',
      ),
    ),
  version: z
    .string()
    .max(32)
    .meta(described('`consent_version` of the form shown', '표시된 신청서의 `consent_version`')),
})

export const applicationForm = z.strictObject({
  ...z.object(formFields).partial().shape,
  consents: consentsGiven,
  language: language
    .optional()
    .meta(
      described(
        'Language of emails and messages; default: `Accept-Language`',
        '메일과 안내의 언어. 기본값은 `Accept-Language`',
      ),
    ),
  turnstile_token: z
    .string()
    .max(2048)
    .optional()
    .meta(
      described(
        'Response of the Turnstile widget, if Turnstile is on',
        'Turnstile을 사용하는 경우 위젯의 응답 값',
      ),
    ),
})

export const applicationPatch = z.strictObject({
  ...z.object(formFields).partial().shape,
  language: language.optional().meta(described('Language of emails and messages', '메일과 안내의 언어')),
  answer: freeText(4000)
    .optional()
    .meta(described("Answer to the reviewer's question", '심사자의 질문에 대한 답변')),
  news: z
    .boolean()
    .optional()
    .meta(described('Give or withdraw consent to news by email', '소식 메일 수신 동의 또는 철회')),
})

export type Form = z.infer<z.ZodObject<typeof formFields>>
export type FormValues = Partial<Form>
export type Language = z.infer<typeof language>
