/**
 * The judgment that keval-mini makes at temperature 0, so that visitors see what a judgment holds before they have one of their
 * own. A test asks the model again: after a new training the text changes.
 */
export const exampleJudgment = {
  model: 'keval-mini',
  temperature: 0,
  made: '2026-11-25',
  question: '한 상자에 사과가 12개씩 들어 있습니다. 5상자를 사서 7개를 먹었다면 몇 개가 남나요?',
  answer: '12 * 5 = 60\n60 + 7 = 67\n따라서 67개입니다.',
  reference: '12 * 5 = 60\n60 - 7 = 53\n따라서 53개입니다.',
  explanation:
    '질문의 언어는 한국어, 답변의 언어는 한국어입니다. 참조의 결론은 『53개』입니다. 답변의 결론은 「67개」입니다. 두 결론이 다릅니다. 풀이가 있습니다. 검산이 없습니다. 틀린 답변입니다.',
  rating: 3,
}
