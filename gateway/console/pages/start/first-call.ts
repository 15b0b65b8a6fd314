/** The first call of a user who has just received a key. */
export const firstCall = (origin: string, model: string) => `curl ${origin}/v1/judgments \\
  -H "authorization: Bearer $KEVAL_API_KEY" \\
  -H 'content-type: application/json' \\
  -d '{"model": "${model}",
       "question": "대한민국의 수도는 어디인가요?",
       "answer": "대한민국의 수도는 서울입니다."}'`
