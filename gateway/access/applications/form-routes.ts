import { z } from '@hono/zod-openapi'
import { submitted } from '../../../schema/api/access.ts'
import { applicationForm, consentKinds } from '../../../schema/api/application.ts'
import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, invalidRequest } from '../../../schema/api/errors.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import { preferredLanguage } from '../../../schema/messages/language.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { clientAddress } from '../../http/client-address.ts'
import { jsonAnswer, jsonBody, noStore } from '../../http/route-parts.ts'
import { sendMails } from '../mails/send-mails.ts'
import { formsFromOneAddress } from './attempt-limits.ts'
import { formErrors } from './form/check.ts'

const tags = ['applications']

/** Every field at its longest, each character escaped. */
export const formBodyLimit = 128 * 1024

const requirement = z.enum(['required', 'optional', 'absent'])
const formDescription = z.object({
  fields: z
    .record(z.string(), requirement)
    .meta(
      described(
        'Fields by name; `absent` fields are refused',
        '항목별 설정. `absent`인 항목을 보내면 거부합니다',
      ),
    ),
  turnstile_site_key: z
    .string()
    .nullable()
    .meta(
      described(
        'Site key of the Turnstile widget; null when Turnstile is off',
        'Turnstile 위젯의 사이트 키. 사용하지 않으면 null',
      ),
    ),
  consent_version: z
    .string()
    .meta(
      described(
        'Version of the consent texts; send it back as `consents.version`',
        '동의 문구의 버전. `consents.version`으로 다시 보냅니다',
      ),
    ),
  consents: z.array(
    z.object({
      kind: z.enum(consentKinds),
      required: z.boolean(),
      ko: z.string().meta(described('Korean text', '한국어 문구')),
      en: z.string().meta(described('English text', '영어 문구')),
    }),
  ),
})

const describeForm = apiRoute(
  { access: 'open' },
  {
    method: 'get',
    path: '/v1/application-form',
    tags,
    ...summarized('Get the application form and its consent texts', '신청서 항목과 동의 문구 조회'),
    responses: { 200: jsonAnswer(described('The application form', '신청서'), formDescription) },
  },
)

const submit = apiRoute(
  { access: 'open', bodyLimit: formBodyLimit },
  {
    method: 'post',
    path: '/v1/applications',
    tags,
    ...summarized('Apply for access', '사용 신청'),
    request: { body: jsonBody(applicationForm) },
    responses: {
      201: jsonAnswer(
        described(
          'Application received; the status token is shown only once',
          '신청 접수됨. 상태 토큰은 한 번만 표시됩니다',
        ),
        submitted,
      ),
    },
  },
)

/** Routes of the form: its description, and sending it in. */
export function formRoutes() {
  const routes = apiRoutes()

  routes.openapi(describeForm, (c) => {
    const { requirements, shownConsents } = c.get('services').access
    const { version, texts } = shownConsents()
    return c.json(
      {
        fields: requirements(),
        turnstile_site_key: c.env.TURNSTILE_SITE_KEY ?? null,
        consent_version: version,
        consents: texts,
      },
      200,
    )
  })

  routes.openapi(
    submit,
    async (c) => {
      const { applicationService, limiter, humanCheck } = c.get('services').access
      await limiter.demand(formsFromOneAddress, clientAddress(c))
      const { consents, language: named, turnstile_token: token, ...values } = c.req.valid('json')
      const language = named ?? preferredLanguage(c.req.header('accept-language')) ?? 'ko'
      if (!(await humanCheck.passes(token, clientAddress(c)))) {
        throw new FailureError(invalidRequest([fieldError('turnstile_token', 'turnstile')]))
      }
      const { version: _, ...granted } = consents
      const application = await applicationService.submit({ values, language, granted })
      sendMails(c, application.id)
      return c.json(
        { id: application.id, status_token: application.statusToken, status: 'submitted' },
        201,
        noStore,
      )
    },
    async (result, c) => {
      const form = (await c.req.json()) as Record<string, unknown>
      const { requirements, shownConsents } = c.get('services').access
      const asked = { requirements: requirements(), consents: shownConsents() }
      const issues = result.success ? [] : result.error.issues
      const errors = formErrors(issues, form, asked, Date.now())
      if (errors.length > 0) throw new FailureError(invalidRequest(errors))
      return undefined as never
    },
  )

  return routes
}
