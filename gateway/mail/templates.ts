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
  subject: '[keval] 심사할 신청이 있습니다 · Applications to review',
  text: `아직 열지 않은 신청이 {count}건 있습니다. 아래 주소에서 심사할 수 있습니다.
{count} new application(s) are waiting for review:

{link}

알림은 한 시간에 한 번까지 보냅니다. This notice is sent at most once an hour.
`,
}

/** No user text goes to an unconfirmed address: otherwise anyone could send mail in our name. */
export const mailTemplates: Record<MailTemplate, Record<Language, Text>> = {
  verify: {
    ko: {
      subject: '[keval] 이메일을 인증해 주세요',
      text: `안녕하세요.

keval 사용 신청({id})을 받았습니다. 아래 링크에서 이메일을 인증하시면 심사가 시작됩니다.
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
      subject: '[keval] 신청 상태를 볼 수 있는 링크입니다',
      text: `{name} 님, 안녕하세요.

아래 링크에서 신청({id})의 상태를 다시 볼 수 있습니다. 링크는 한 시간 동안, 한 번만 사용할 수 있으며
사용하면 이전 상태 토큰은 더 이상 쓸 수 없습니다.

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
키는 한 번만 표시됩니다. 링크는 14일 동안, 한 번만 사용할 수 있습니다.

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

신청({id})의 심사를 위해 다음을 알려 주세요.

{question}

신청 상태 페이지에서 답하실 수 있습니다: {status}
`,
    },
    en: {
      subject: '[keval] More information needed for your application',
      text: `Hello {name},

To review your application ({id}) we need to know:

{question}

You can answer on the status page: {status}
`,
    },
  },
  rejected: {
    ko: {
      subject: '[keval] 사용 신청 심사 결과',
      text: `{name} 님, 안녕하세요.

신청({id})을 승인하지 못했습니다.

사유: {message} ({code})

입력하신 개인정보는 보유 기간이 지나면 파기됩니다. 상태 페이지에서 신청을 철회하면 바로 파기됩니다.
`,
    },
    en: {
      subject: '[keval] The result of your application',
      text: `Hello {name},

Your application ({id}) could not be approved.

Reason: {message} ({code})

Your data is deleted after the retention period, or immediately if you withdraw on the status page.
`,
    },
  },
  key_expires: {
    ko: {
      subject: '[keval] API 키가 곧 만료됩니다',
      text: `{name} 님, 안녕하세요.

API 키 {key}가 {date}에 만료됩니다. 그 전에 POST /v1/keys/.../rotate 로 새 키를 받으세요.
`,
    },
    en: {
      subject: '[keval] Your API key expires soon',
      text: `Hello {name},

The API key {key} expires on {date}. Rotate it before then with POST /v1/keys/.../rotate.
`,
    },
  },
  evaluation_completed: {
    ko: {
      subject: '[keval] 평가가 끝났습니다',
      text: `{name} 님, 안녕하세요.

평가({evaluation})가 끝났습니다. 보고서는 콘솔에서 볼 수 있습니다.

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

평가({evaluation})가 끝났지만 판정을 하나도 하지 못했습니다. 이유는 콘솔에서 볼 수 있습니다.

{link}
`,
    },
    en: {
      subject: '[keval] Your evaluation has failed',
      text: `Hello {name},

The evaluation {evaluation} has ended, and no judgment could be made. The console tells why:

{link}
`,
    },
  },
  evaluation_cancelled: {
    ko: {
      subject: '[keval] 평가가 취소되었습니다',
      text: `{name} 님, 안녕하세요.

평가({evaluation})가 취소되었습니다. 그때까지의 판정은 콘솔에서 볼 수 있습니다.

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
