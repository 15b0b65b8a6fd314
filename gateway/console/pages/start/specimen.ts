/** An example, so that visitors see what a judgment holds before they have one of their own. */
export const specimen = {
  question: '한 상자에 사과가 12개씩 들어 있습니다. 5상자를 사서 7개를 먹었다면 몇 개가 남나요?',
  answer: '12개씩 5상자이면 60개입니다. 7개를 먹었으므로 67개가 남습니다.',
  reference: '53개',
  explanation:
    '전체 개수를 60개로 바르게 구했지만, 먹은 7개를 빼지 않고 더했습니다. 남은 사과는 60 − 7 = 53개이므로 결론이 참고 답변과 다릅니다. 풀이를 보인 점은 좋으나 최종 답이 틀렸습니다.',
  rating: 3,
}
