import { linkFromMail } from './browser.ts'
import type { Stage } from './stage.ts'

export interface Examples {
  application: { id: string; token: string; email: string }
  tenantPages: string[]
  operatorPages: string[]
}

/** Something to look at on every page: a judgment, a finished evaluation, an application under review. */
export async function makeExamples(stage: Stage): Promise<Examples> {
  const call = async <T>(
    path: string,
    method: string,
    body?: string,
    type = 'application/json',
  ): Promise<T> => {
    const headers = {
      authorization: `Bearer ${stage.key}`,
      ...(body !== undefined && { 'content-type': type }),
    }
    const response = await fetch(stage.base + path, { method, headers, ...(body !== undefined && { body }) })
    return (await response.json()) as T
  }
  const judgment = await call<{ id: string }>(
    '/v1/judgments',
    'POST',
    JSON.stringify({ model: 'fragile-judge', question: '보기입니다', answer: '네.' }),
  )
  const rows = ['하나', '둘', '셋', '넷'].map((question, index) =>
    JSON.stringify({
      id: `q${index}`,
      category: index % 2 ? '글쓰기' : '수학',
      question,
      answer: '답입니다.',
      label: index * 3,
      model: index < 2 ? '모델 가' : '모델 나',
    }),
  )
  const upload = '/v1/evaluations?model=fragile-judge&name=%EB%B3%B4%EA%B8%B0'
  const evaluation = await call<{ id: string }>(upload, 'POST', rows.join('\n'), 'application/x-ndjson')
  const audit = await call<{ id: string }>(
    '/v1/audits?model=fragile-judge&name=%EC%A0%90%EA%B2%80&repeats=2',
    'POST',
    makeAuditRows(12),
    'application/x-ndjson',
  )
  const application = await apply(stage)
  for (const path of [`/v1/evaluations/${evaluation.id}`, `/v1/audits/${audit.id}`]) {
    const done = async () => (await call<{ status: string }>(path, 'GET')).status === 'completed'
    while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    application,
    tenantPages: [
      `/judgments/${judgment.id}`,
      `/evaluations/${evaluation.id}`,
      `/evaluations/${evaluation.id}/rows`,
      `/evaluations/${evaluation.id}/rows/1`,
      `/evaluations/${evaluation.id}/compare/rows?${new URLSearchParams({ with: evaluation.id, model: '모델 가', with_model: '모델 가', outcome: 'tie' })}`,
      `/evaluations/${evaluation.id}/share`,
      `/evaluations/delete?id=${evaluation.id}`,
      `/trend?dataset=${encodeURIComponent('보기')}`,
      `/evaluations/${evaluation.id}/compare?with=${evaluation.id}`,
      `/audits/${audit.id}`,
      `/audits/${audit.id}/compare?with=${audit.id}`,
      `/evaluations/${evaluation.id}/compare?${new URLSearchParams({ with: evaluation.id, model: '모델 가', with_model: '모델 나' })}`,
    ],
    operatorPages: [`/operator/applications/${application.id}`],
  }
}

/** Answers that an audit can change: several sentences with a conclusion. */
export const makeAuditRows = (count: number): string =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      question: `${index}번째 주제에 대하여 설명해 주세요.`,
      answer: `주제 ${index}의 첫째 사실은 이렇습니다. 그래서 둘째 사실이 따라옵니다. 여기에 셋째 사실을 더할 수 있습니다. 결론은 주제 ${index}이 옳다는 것입니다.`,
    }),
  ).join('\n')

export async function apply(stage: Stage): Promise<Examples['application']> {
  const email = `example-${Date.now()}@example.org`
  const form = (await (await fetch(`${stage.base}/v1/application-form`)).json()) as {
    consent_version: string
  }
  const response = await fetch(`${stage.base}/v1/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: '김하늘',
      date_of_birth: '1990-01-01',
      affiliation: 'individual',
      position: '학생',
      email,
      phone: '010-1234-5678',
      purpose: 'education',
      model: 'keval-2-1b',
      reason: '수업',
      objectives: '연습',
      use_cases: '과제 평가',
      security_plan: '개인정보 없음',
      consents: { review: true, overseas: true, version: form.consent_version },
    }),
  })
  const { id, status_token: token } = (await response.json()) as { id: string; status_token: string }
  const link = await linkFromMail(stage.outbox, email, 'verify')
  await fetch(`${stage.base}/v1/verifications/${link.split('#')[1]}`, { method: 'POST' })
  return { id, token, email }
}
