/** The two pages that mails link to. */
export const links = {
  verify: {
    title: '이메일 인증',
    lead: '아래 버튼을 누르면 이메일이 인증되고 심사가 시작됩니다.',
    button: '이메일 인증하기',
    done: '인증되었습니다',
    doneText: '곧 심사가 시작됩니다. 신청 번호와 상태 토큰으로 진행 상황을 확인할 수 있습니다.',
  },
  claim: {
    title: 'API 키 받기',
    lead: '키는 한 번만 표시되고 링크도 한 번만 쓸 수 있습니다. 키를 안전한 곳에 보관할 준비가 되면 버튼을 눌러 주세요.',
    button: '키 받기',
    done: 'API 키',
    once: '이 키는 다시 볼 수 없습니다. 지금 복사해서 비밀번호 관리자나 환경 변수에 보관하세요. 운영자도 키를 볼 수 없습니다.',
    checksumTitle: '마지막 여섯 글자',
    checksum:
      '강조된 여섯 글자는 입력 오류를 찾아내는 검사 문자입니다. 키를 잘못 입력하면 바로 알려 드립니다.',
    scopes: '권한 범위',
    plan: '요금제',
    expires: '만료',
    never: '없음',
    signIn: '이 키로 로그인',
    firstCall: '첫 호출',
  },
  noToken: '링크가 잘렸습니다. 메일에 있는 링크를 끝까지 복사해 열어 주세요.',
  used: '이미 사용했거나 만료된 링크입니다.',
}
