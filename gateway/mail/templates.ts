import type { Language } from '../../schema/api/application.ts'

export type MailTemplate =
  | 'verify'
  | 'status_link'
  | 'approved'
  | 'info_requested'
  | 'rejected'
  | 'key_expires'
  | 'evaluation_completed'
  | 'evaluation_failed'
  | 'evaluation_cancelled'

/** Values of the placeholders in braces. */
export type MailValues = Record<string, string>

interface Text {
  /** Nothing personal: subjects show on lock screens and in the logs of mail servers. */
  subject: string
  text: string
}

/** To the reviewers, in both languages: nothing says which of them they read. */
export const newApplicationsMail: Text = {
  subject: '[keval] 심사할 신청이 있습니다 · Applications awaiting review',
  text: `새 신청 {count}건이 심사를 기다리고 있습니다.
New applications awaiting review: {count}.

{link}

이 알림은 1시간에 최대 한 번 발송됩니다. This notice is sent at most once an hour.
`,
}

/** No user text goes to an unconfirmed address: otherwise anyone could send mail in our name. */
export const mailTemplates: Record<MailTemplate, Record<Language, Text>> = {
  verify: {
    ko: {
      subject: '[keval] 이메일을 인증해 주세요',
      text: `안녕하세요.

keval 사용 신청({id})이 접수되었습니다. 아래 링크를 열어 이메일을 인증하시면 심사가 시작됩니다.
링크는 48시간 동안 유효합니다.

{link}

명령줄: curl -X POST {post}

신청하지 않으셨다면 이 메일을 무시하셔도 됩니다. 인증되지 않은 신청은 자동으로 파기됩니다.
`,
    },
    en: {
      subject: '[keval] Verify your email',
      text: `Hello,

We received your application for keval ({id}). Open the link to verify your email and start the review.
The link is valid for 48 hours.

{link}

From a command line: curl -X POST {post}

If you did not apply, ignore this email. Unverified applications are deleted automatically.
`,
    },
  },
  status_link: {
    ko: {
      subject: '[keval] 신청 상태 확인 링크',
      text: `{name} 님, 안녕하세요.

아래 링크에서 신청({id})의 상태를 확인할 수 있습니다. 링크는 1시간 안에 한 번만 쓸 수 있습니다.
링크를 사용하면 이전 상태 토큰은 더 이상 쓸 수 없습니다.

{link}

명령줄: curl -X POST {post}

요청하지 않으셨다면 이 메일을 무시하셔도 됩니다.
`,
    },
    en: {
      subject: '[keval] Your application status link',
      text: `Hello {name},

Open the link to view your application ({id}). It works once and expires in one hour; your previous status
token will stop working.

{link}

From a command line: curl -X POST {post}

If you did not request this, ignore this email.
`,
    },
  },
  approved: {
    ko: {
      subject: '[keval] 사용 신청이 승인되었습니다',
      text: `{name} 님, 안녕하세요.

keval 사용 신청({id})이 승인되었습니다. 아래 링크에서 API 키를 받으실 수 있습니다.
키는 한 번만 표시됩니다. 링크는 14일 안에 한 번만 쓸 수 있습니다.

{link}

명령줄: curl -X POST {post}
`,
    },
    en: {
      subject: '[keval] Your application was approved',
      text: `Hello {name},

Your application for keval ({id}) was approved. Open the link to get your API key. The key is shown once;
the link works once and expires in 14 days.

{link}

From a command line: curl -X POST {post}
`,
    },
  },
  info_requested: {
    ko: {
      subject: '[keval] 신청 심사를 위해 추가 정보가 필요합니다',
      text: `{name} 님, 안녕하세요.

신청({id})을 심사하는 데 추가 정보가 필요합니다. 아래 질문에 답변해 주세요.

{question}

신청 상태 페이지에서 답변하실 수 있습니다: {status}
`,
    },
    en: {
      subject: '[keval] More information needed for your application',
      text: `Hello {name},

We need more information to review your application ({id}):

{question}

Please answer on the status page: {status}
`,
    },
  },
  rejected: {
    ko: {
      subject: '[keval] 사용 신청 심사 결과',
      text: `{name} 님, 안녕하세요.

keval 사용 신청({id})이 승인되지 않았습니다.

사유: {message} ({code})

입력하신 개인정보는 보유 기간이 지나면 파기됩니다. 상태 페이지에서 신청을 철회하면 바로 파기됩니다.
`,
    },
    en: {
      subject: '[keval] Decision on your application',
      text: `Hello {name},

Your application ({id}) was not approved.

Reason: {message} ({code})

Your data is deleted after the retention period, or immediately if you withdraw on the status page.
`,
    },
  },
  key_expires: {
    ko: {
      subject: '[keval] API 키가 곧 만료됩니다',
      text: `{name} 님, 안녕하세요.

API 키({key})가 {date}에 만료됩니다. 그 전에 콘솔의 API 키 페이지나 POST /v1/keys/.../rotate에서 키를 교체해 주세요.
`,
    },
    en: {
      subject: '[keval] Your API key expires soon',
      text: `Hello {name},

The API key {key} expires on {date}. Rotate it before then on the API keys page of the console or with
POST /v1/keys/.../rotate.
`,
    },
  },
  evaluation_completed: {
    ko: {
      subject: '[keval] 평가가 끝났습니다',
      text: `{name} 님, 안녕하세요.

평가({evaluation})가 끝났습니다. 콘솔에서 보고서를 확인해 보세요.

{link}
`,
    },
    en: {
      subject: '[keval] Your evaluation has ended',
      text: `Hello {name},

The evaluation {evaluation} has ended. Read its report in the console:

{link}
`,
    },
  },
  evaluation_failed: {
    ko: {
      subject: '[keval] 평가가 실패했습니다',
      text: `{name} 님, 안녕하세요.

평가({evaluation})가 끝났지만 모든 판정이 실패했습니다. 이유는 콘솔에서 확인할 수 있습니다.

{link}
`,
    },
    en: {
      subject: '[keval] Your evaluation has failed',
      text: `Hello {name},

The evaluation {evaluation} has ended, but all judgments failed. See the reasons in the console:

{link}
`,
    },
  },
  evaluation_cancelled: {
    ko: {
      subject: '[keval] 평가가 중지되었습니다',
      text: `{name} 님, 안녕하세요.

평가({evaluation})가 중지되었습니다. 완료된 판정은 콘솔에서 볼 수 있습니다.

{link}
`,
    },
    en: {
      subject: '[keval] Your evaluation was cancelled',
      text: `Hello {name},

The evaluation {evaluation} was cancelled. The judgments made so far are in the console:

{link}
`,
    },
  },
}
