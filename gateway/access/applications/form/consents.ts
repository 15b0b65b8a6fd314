import type { ConsentKind, Language } from '../../../../schema/api/application.ts'
import { sha256Hex } from '../../../../schema/judge/sha256.ts'
import { crc32 } from '../../../platform/crc32.ts'
import type { DataLocation } from './data-location.ts'

interface ConsentText {
  kind: ConsentKind
  required: boolean
  ko: string
  en: string
}

/** The month in which the texts below were last written. */
const writtenIn = '2026-11'

/**
 * Consents of an applicant, each given separately: the required ones name items, purpose, period and the right to
 * refuse; the overseas one names the countries and is asked only where data leaves Korea; news are never a condition.
 */
const consentTexts: readonly ConsentText[] = [
  {
    kind: 'review',
    required: true,
    ko: `[필수] 개인정보 수집·이용 동의
수집 항목: 신청 양식에 표시된 항목(이름, 생년월일 또는 만 14세 이상 여부, 소속·회사·부서·직위, 이메일, 전화번호, 신청 내용)
이용 목적: 모델 사용 신청의 심사, 심사 결과 안내, API 키 발급과 이용자 관리
보유 기간: 거절된 신청은 결정 후 {days}일, 승인된 신청은 이용이 끝날 때까지이며 이후 지체 없이 파기합니다. 철회하거나 만료된 신청은 바로 파기합니다.
보관 장소: {location}(암호화하여 보관)
동의를 거부할 권리가 있습니다. 다만 거부하시면 신청을 심사할 수 없습니다.`,
    en: `[Required] Collection and use of personal data
Items: what the form asks for (name, date of birth or being 14 or older, affiliation, company, department, position, e-mail, phone, the text of the application)
Purpose: reviewing the application, telling you the result, issuing API keys and managing access
Period: rejected applications for {days} days after the decision, approved ones until access ends; then the data is destroyed without delay. Withdrawn and expired applications are destroyed at once.
Stored at: {location}, encrypted
You have the right to refuse. If you do, the application cannot be reviewed.`,
  },
  {
    kind: 'overseas',
    required: true,
    ko: `[필수] 개인정보 국외 이전(처리위탁·보관) 동의
이전받는 자: {recipient}(연락처: {contact})
이전 국가: {countries}
이전 항목: 신청 양식에 입력한 항목(암호화하여 보관)
이전 시기와 방법: 신청할 때 암호화된 통신으로 전송
이용 목적과 보유 기간: 서비스 운영을 위한 보관, 위 보유 기간과 같음
동의하지 않으려면 이 항목을 선택하지 않으면 됩니다. 거부할 권리가 있으며, 거부하시면 신청을 접수할 수 없습니다.`,
    en: `[Required] Storage outside Korea
Recipient: {recipient} (contact: {contact})
Countries: {countries}
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

/** The consents that a form asks for. */
export interface ShownConsents {
  /** Differs wherever a text differs, so that nobody consents to another text than the one that was read. */
  version: string
  texts: ConsentText[]
}

/** The texts with the operator's retention period and data location filled in. */
export function shownConsents(retentionDays: number, location: DataLocation): ShownConsents {
  const { overseas } = location
  const fill = (text: string, language: Language) =>
    text
      .replace('{days}', String(retentionDays))
      .replace('{location}', () => location[language])
      .replace('{recipient}', () => overseas?.recipient ?? '')
      .replace('{contact}', () => overseas?.contact ?? '')
      .replace('{countries}', () => overseas?.countries[language] ?? '')
  const texts = consentTexts
    .filter(({ kind }) => kind !== 'overseas' || overseas !== undefined)
    .map((text) => ({ ...text, ko: fill(text.ko, 'ko'), en: fill(text.en, 'en') }))
  const checksum = crc32(JSON.stringify(texts)).toString(16).padStart(8, '0')
  return { version: `${writtenIn}.${checksum}`, texts }
}

/** Identifies the exact text that was shown, whatever the name of its version. */
export const textDigest = (text: string) => sha256Hex(text)
