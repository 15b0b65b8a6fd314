/** The two pages that mails link to. */
export const links = {
  verify: {
    title: '이메일 인증',
    lead: '아래 버튼을 누르면 이메일이 인증되고 심사가 시작됩니다.',
    button: '이메일 인증하기',
    done: '인증되었습니다',
    doneText: '이제 심사를 기다립니다. 진행 상황은 신청 번호와 상태 토큰으로 볼 수 있습니다.',
  },
  claim: {
    title: 'API 키 받기',
    lead: '키는 한 번만 표시됩니다. 바로 안전한 곳에 보관할 수 있을 때 버튼을 눌러 주세요. 링크는 한 번만 쓸 수 있습니다.',
    button: '키 받기',
    done: 'API 키',
    once: '이 키는 다시 볼 수 없습니다. 지금 복사해서 비밀번호 관리자나 환경 변수에 보관하세요. 운영자도 이 키를 알지 못합니다.',
    checksumTitle: '끝의 여섯 글자',
    checksum:
      '강조된 여섯 글자는 나머지에서 계산한 검사 문자입니다. 잘못 복사하거나 입력하면 서버는 조회하기 전에 바로 알려 줍니다.',
    scopes: '권한 범위',
    plan: '요금제',
    expires: '만료',
    never: '없음',
    signIn: '이 키로 로그인',
    firstCall: '첫 호출',
  },
  noToken: '링크가 온전하지 않습니다. 메일에 있는 링크 전체를 열어 주세요.',
  used: '이미 사용했거나 만료된 링크입니다.',
}
