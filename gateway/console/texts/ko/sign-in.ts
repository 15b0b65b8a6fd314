export const signIn = {
  title: '로그인',
  lead: '받은 API 키로 로그인합니다. 키는 암호화된 쿠키에만 담기며, 브라우저 저장소나 주소에는 남지 않습니다. 12시간이 지나면 다시 로그인합니다.',
  key: 'API 키',
  keyHint:
    'kev_live_ 또는 kev_test_로 시작하고 끝의 여섯 글자는 검사 문자입니다. 잘못 복사하면 바로 알려 드립니다.',
  submit: '로그인',
  noKey: '키가 없으신가요?',
  operatorTitle: '운영자 로그인',
  operatorLead: '관리자 시크릿으로 로그인합니다. 2시간이 지나면 다시 로그인합니다.',
  secret: '관리자 시크릿',
  name: '이름',
  nameHint: '감사 기록과 담당자 표시에 쓰입니다. 시크릿을 여럿이 함께 쓰면 꼭 입력하세요.',
  operatorLink: '운영자이신가요?',
  needed: '이 페이지를 보려면 로그인하세요.',
  signedOut: '로그아웃했습니다.',
}
