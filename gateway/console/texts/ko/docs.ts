export const docs = {
  title: 'API 문서',
  lead: '이 페이지는 서버의 코드에서 만들어집니다. 같은 내용을 기계가 읽을 수 있는 OpenAPI 3.1 문서로도 받을 수 있습니다.',
  firstCall: '첫 호출',
  firstCallText:
    '키는 Authorization 헤더에 넣습니다. 스트리밍은 "stream": true를 더하면 되고, 이벤트는 explanation.delta, judgment, done, error 네 가지입니다.',
  contents: '목차',
  access: {
    open: '누구나',
    applicant: '신청자 (상태 토큰)',
    operator: '운영자',
    scope: (scope: string) => `API 키 · ${scope}`,
  },
  groups: {
    judge: '판정',
    evaluations: '평가',
    account: '사용량과 키',
    openai: 'OpenAI 호환',
    applicant: '신청',
    operator: '운영',
    other: '그 밖',
  },
  parameters: '경로와 쿼리',
  body: '요청 본문',
  reply: '응답',
  field: '이름',
  type: '형식',
  meaning: '설명',
  noBody: '본문 없음',
  failures: '오류',
  failuresText:
    '모든 오류에는 바뀌지 않는 코드, 요청 번호, 설명 링크, 그리고 게이트웨이와 노드 중 어느 쪽에서 생겼는지가 있습니다.',
  failuresLink: '모든 오류 코드 보기',
  errors: {
    title: '오류 코드',
    lead: '오류마다 코드(code), 요청 번호(request_id), 출처(source: gateway 또는 node)가 함께 옵니다. OpenAI 호환 경로는 OpenAI의 오류 객체로, 나머지는 RFC 9457 문제 설명으로 답합니다.',
    check: '확인할 것',
  },
}
