/** A complete application, without its consents. */
export const application = {
  name: '김하나',
  date_of_birth: '1990-01-31',
  email: 'hana@example.com',
  phone: '010-1234-5678',
  affiliation: 'company',
  company: '하나연구소',
  department: '언어팀',
  position: '연구원',
  purpose: 'research',
  model: 'keval-2-9b',
  reason: '한국어 평가',
  objectives: '모델 비교',
  use_cases: '80문항 채점',
  security_plan: '키는 금고에 보관',
  language: 'ko',
}
