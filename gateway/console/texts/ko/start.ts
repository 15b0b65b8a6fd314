export const start = {
  title: '한국어 LLM 심판',
  headline: '한국어 답변을 평가하고 점수의 이유까지 설명합니다',
  lead: 'keval은 한국어 답변 평가에 특화된 심판 모델입니다. 질문과 답변을 입력하면 짧은 설명과 함께 0~10점의 평점을 매깁니다. keval-edge는 사용 승인을 받은 분께 keval을 API로 제공합니다.',
  apply: '사용 신청하기',
  tryIt: '판정해 보기',
  exampleJudgment: {
    title: '판정 예시',
    question: '질문',
    answer: '답변',
    reference: '참고 답변',
    caption: (model: string, date: string, temperature: number) =>
      `소형 데모 모델 ${model}의 실제 판정입니다(${date}, 온도 ${temperature}). keval 모델은 더 자세히 설명합니다. API 응답의 구성은 같습니다.`,
  },
  access: {
    title: '이용 방법',
    steps: [
      { title: '신청', text: '소속, 이용 목적, 데이터 보호 계획을 적어 신청합니다. 10분 정도 걸립니다.' },
      { title: '이메일 인증', text: '메일로 받은 링크를 열어 이메일을 인증합니다.' },
      { title: '심사', text: '담당자가 직접 검토합니다. 진행 상황과 결과는 언제든 확인할 수 있습니다.' },
      {
        title: '키 발급',
        text: '승인 메일의 일회용 링크를 열어 API 키를 받습니다. 키는 본인만 볼 수 있습니다.',
      },
    ],
  },
  promises: {
    title: '믿을 수 있는 판정을 위해',
    items: [
      {
        title: '평점이 없으면 없다고 알립니다',
        text: '출력이 잘리거나 평점이 없으면 있는 그대로 표시합니다. 0점으로 집계하지 않고, 캐시하지 않으며, 몰래 다시 생성하지 않습니다.',
      },
      {
        title: '같은 요청에는 같은 판정',
        text: '시드를 요청 내용으로 정합니다. 같은 요청을 다시 보내면 저장된 판정을 그대로 반환하므로 토큰이 들지 않습니다.',
      },
      {
        title: '재현 가능한 기록',
        text: '모든 판정에 모델 가중치, 템플릿 리비전, 시드, 노드를 함께 기록합니다. 논문에 바로 인용할 수 있습니다.',
      },
    ],
  },
  tables: {
    title: '사람 평점과의 일치도',
    lead: '모델 카드에 실린 두 표입니다. 공개 테스트 문항 22개(0~10점 라벨마다 2개)로 측정했습니다.',
    caveat:
      '문항이 22개뿐이라 표본이 작습니다. 괄호 안은 95% 신뢰 구간(부트스트랩)입니다. 구간이 크게 겹치므로 이 표만으로 세 모델의 순위를 정할 수는 없습니다.',
    diffCaption: '차이 점수: 라벨과 같으면 1점, 1점 차이면 0.5점을 더해 전체 문항 수로 나눈 값',
    accuracyCaption: '정확도: 라벨과 정확히 일치한 비율과 라벨별 정답 수(라벨마다 2문항)',
    model: '모델',
    score: '차이 점수',
    accuracy: '정확도',
    wrong: '평점 없음',
    difference: (points: number) => `차이 ${points}`,
    label: (label: number) => `${label}점`,
  },
  licences: {
    title: '모델의 라이선스',
    lead: '코드의 라이선스는 Apache-2.0입니다. 모델에는 아래 조건이 따로 적용되며, API 이용자도 이를 지켜야 합니다.',
    items: [
      {
        model: 'keval-2-9b',
        text: 'Gemma 2에서 파생된 모델입니다. Gemma 이용 약관과 금지 용도 정책이 적용되며, API 이용자도 이 제한을 지켜야 합니다. 가중치는 승인받은 신청자에게만 제공합니다.',
      },
      {
        model: 'keval-2-3b · keval-2-1b',
        text: 'Built with Llama. Llama 3.2에서 파생된 모델로, Llama 3.2 커뮤니티 라이선스와 허용 사용 정책이 적용됩니다.',
      },
      {
        model: 'keval-mini',
        text: '이 저장소에서 처음부터 학습한 소형 모델입니다(Apache-2.0). 동작 확인용이며 keval을 대체하지 않습니다.',
      },
    ],
  },
  call: {
    title: '호출 예시',
    lead: '사용하던 OpenAI 클라이언트로 그대로 호출할 수 있습니다.',
    docs: 'API 문서 보기',
  },
}
