import type { ConsentKind } from '../../../../schema/api/application.ts'
import { sha256Hex } from '../../../../schema/judge/sha256.ts'

interface ConsentText {
  kind: ConsentKind
  required: boolean
  ko: string
  en: string
}

/** Changes with every change to a text below, so that a stored consent says what was read. */
export const consentVersion = '2026-11'

/**
 * Consents of an applicant, each given separately: the required ones name items, purpose,
 * period and the right to refuse; the overseas one names the countries; news are never a condition.
 */
const consentTexts: readonly ConsentText[] = [
  {
    kind: 'review',
    required: true,
    ko: `[필수] 개인정보 수집·이용 동의
수집 항목: 신청 양식에 표시된 항목(이름, 생년월일 또는 만 14세 이상 여부, 소속·회사·부서·직위, 이메일, 전화번호, 신청 내용)
이용 목적: 모델 사용 신청의 심사, 심사 결과 안내, API 키 발급과 이용자 관리
보유 기간: 거절된 신청은 결정 후 {days}일, 승인된 신청은 이용이 끝날 때까지이며 이후 지체 없이 파기합니다. 철회하거나 만료된 신청은 바로 파기합니다.
동의를 거부할 권리가 있습니다. 다만 거부하시면 신청을 심사할 수 없습니다.`,
    en: `[Required] Collection and use of personal data
Items: what the form asks for (name, date of birth or being 14 or older, affiliation, company, department, position, e-mail, phone, the text of the application)
Purpose: reviewing the application, telling you the result, issuing API keys and managing access
Period: rejected applications for {days} days after the decision, approved ones until access ends; then the data is destroyed without delay. Withdrawn and expired applications are destroyed at once.
You have the right to refuse. If you do, the application cannot be reviewed.`,
  },
  {
    kind: 'overseas',
    required: true,
    ko: `[필수] 개인정보 국외 이전(처리위탁·보관) 동의
이전받는 자: Cloudflare, Inc. (연락처: https://www.cloudflare.com/privacypolicy/)
이전 국가: 미국 및 Cloudflare 데이터센터가 있는 국가
이전 항목: 신청 양식에 입력한 항목(암호화하여 보관)
이전 시기와 방법: 신청할 때 암호화된 통신으로 전송
이용 목적과 보유 기간: 서비스 운영을 위한 보관, 위 보유 기간과 같음
동의하지 않으려면 이 항목을 선택하지 않으면 됩니다. 거부할 권리가 있으며, 거부하시면 신청을 접수할 수 없습니다.`,
    en: `[Required] Storage outside Korea
Recipient: Cloudflare, Inc. (contact: https://www.cloudflare.com/privacypolicy/)
Countries: the United States and the countries of Cloudflare's data centres
Items: what you type into the form, stored encrypted
When and how: on submission, over an encrypted connection
Purpose and period: storage to run the service, for the period above
To refuse, leave this unticked. You have the right to refuse; then the application cannot be accepted.`,
  },
  {
    kind: 'news',
    required: false,
    ko: `[선택] 소식 안내 수신 동의
수집 항목: 이메일
이용 목적: 새 모델과 서비스 소식 안내
보유 기간: 동의를 철회하거나 이용이 끝날 때까지
동의하지 않아도 신청과 심사에 아무런 불이익이 없습니다.`,
    en: `[Optional] News
Item: e-mail address
Purpose: news about models and the service
Period: until you take the consent back or access ends
Refusing has no effect on the application or its review.`,
  },
]

/** The texts as shown, with the operator's retention period filled in. */
export function shownConsents(retentionDays: number): ConsentText[] {
  const fill = (text: string) => text.replace('{days}', String(retentionDays))
  return consentTexts.map((text) => ({ ...text, ko: fill(text.ko), en: fill(text.en) }))
}

/** Identifies the very text that was shown, whatever its version is called. */
export const textDigest = (text: string) => sha256Hex(text)
