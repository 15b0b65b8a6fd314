import { z } from 'zod'
import { problem, says } from '../messages/field-errors.ts'
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
  over_14: z.literal(true).meta({ description: 'In place of a date of birth, where the form asks for it' }),
  company: line(200).meta({ description: 'Required with `affiliation` `company`' }),
  department: line(200),
  position: line(100),
  email: line(254).pipe(z.email()),
  phone: line(32).regex(/^\+?[0-9][0-9 ()-]{6,30}$/, says('format_phone')),
}

/** Purpose of the access. */
export const requestFields = {
  affiliation: z.enum(affiliations),
  purpose: z.enum(purposes),
  model: line(100).meta({ description: 'The model applied for, such as `keval-2-9b`' }),
  model_version: line(50),
  reason: freeText(2000),
  objectives: freeText(2000),
  use_cases: freeText(4000),
  security_plan: freeText(4000).meta({ description: 'How data and key will be kept safe' }),
}

export const formFields = { ...personFields, ...requestFields }
export type FormField = keyof typeof formFields

export const consentKinds = ['review', 'overseas', 'news'] as const
export type ConsentKind = (typeof consentKinds)[number]

const consentsGiven = z.strictObject({
  review: z.boolean().meta({ description: 'Collection and use of what the form holds; needed' }),
  overseas: z.boolean().meta({ description: 'Its transfer abroad; needed' }),
  news: z.boolean().optional().meta({ description: 'Mails with news; free to refuse, default false' }),
  version: z.string().max(32).meta({ description: '`consent_version` of the form that was shown' }),
})

export const applicationForm = z.strictObject({
  ...z.object(formFields).partial().shape,
  consents: consentsGiven,
  language: language
    .optional()
    .meta({ description: 'Of mails and messages; left out, as Accept-Language says' }),
  turnstile_token: z
    .string()
    .max(2048)
    .optional()
    .meta({ description: 'Where the operator has switched Turnstile on: what its widget gave' }),
})

export const applicationPatch = z.strictObject({
  ...z.object(formFields).partial().shape,
  language: language.optional().meta({ description: 'Of mails and messages' }),
  answer: freeText(4000).optional().meta({ description: 'To what the reviewer asked' }),
  news: z.boolean().optional().meta({ description: 'Give or take back the consent to mails with news' }),
})

export type Form = z.infer<z.ZodObject<typeof formFields>>
export type FormValues = Partial<Form>
export type Language = z.infer<typeof language>
