import type { Language } from '../../../../schema/api/application.ts'

/** What can be wrong with a field, by a word, in the applicant's language. */
const messages = {
  missing: { ko: '필수 항목입니다.', en: 'is required' },
  not_asked: { ko: '받지 않는 항목입니다. 비워 두세요.', en: 'is not asked for; leave it out' },
  unknown: { ko: '이 양식에 없는 항목입니다.', en: 'is not a field of this form' },
  wrong_type: { ko: '형식이 올바르지 않습니다.', en: 'has the wrong type' },
  empty: { ko: '내용을 입력해 주세요.', en: 'must not be empty' },
  too_long: { ko: '{limit}자까지 입력할 수 있습니다.', en: 'may have at most {limit} characters' },
  one_of: { ko: '다음 중에서 고르세요: {limit}', en: 'must be one of: {limit}' },
  email: { ko: '올바른 이메일 주소가 아닙니다.', en: 'is not an e-mail address' },
  date: { ko: 'YYYY-MM-DD 형식의 날짜여야 합니다.', en: 'must be a date such as 1990-01-31' },
  phone: {
    ko: '숫자와 하이픈으로 된 전화번호여야 합니다.',
    en: 'must be a phone number of digits and dashes',
  },
  impossible_date: { ko: '있을 수 없는 생년월일입니다.', en: 'is not a possible date of birth' },
  under_14: {
    ko: '만 14세 이상만 신청할 수 있습니다.',
    en: 'must be at least 14 years ago: younger people cannot apply',
  },
  resident_number: {
    ko: '주민등록번호 또는 외국인등록번호로 보이는 숫자는 받을 수 없습니다. 지우고 다시 보내 주세요.',
    en: 'contains what looks like a resident registration number, which must not be collected; remove it',
  },
  control_characters: {
    ko: '사용할 수 없는 문자가 있습니다.',
    en: 'contains characters that cannot be used',
  },
  one_line: { ko: '한 줄로 입력해 주세요.', en: 'must be one line' },
  consent: {
    ko: '심사를 위해 필요한 동의입니다. 동의하지 않을 권리가 있으며, 이 경우 신청할 수 없습니다.',
    en: 'is needed for the review; you may refuse, but then there can be no application',
  },
  consent_version: {
    ko: '동의서가 바뀌었습니다. 새 동의서를 읽고 다시 신청해 주세요.',
    en: 'is not the current version of the consent texts; read them again',
  },
  turnstile: {
    ko: '자동 입력 방지 확인에 실패했습니다. 다시 시도해 주세요.',
    en: 'could not be confirmed; try the check again',
  },
} as const

export type Problem = keyof typeof messages

export function problemMessage(problem: Problem, language: Language, limit?: string | number): string {
  return messages[problem][language].replace('{limit}', String(limit ?? ''))
}

/** The language to answer in: the one the form names, else the one the browser prefers, else Korean. */
export function chosenLanguage(named: unknown, acceptLanguage: string | undefined): Language {
  if (named === 'ko' || named === 'en') return named
  const preferred = (acceptLanguage ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase())
  return preferred.find((tag): tag is Language => tag === 'ko' || tag === 'en') ?? 'ko'
}
