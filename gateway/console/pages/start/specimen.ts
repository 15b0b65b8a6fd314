/**
 * A judgment shown on the start page: the answer of `POST /v1/judgments` to this very question, from the
 * embedded model, as `npm start` gives it. Replace it with a keval model's when one is at hand.
 */
export const specimen = {
  question: '대한민국의 수도는 어디인가요?',
  answer: '대한민국의 수도는 부산입니다.',
  explanation: '',
  rating: 2,
  model: 'keval-mini',
  milliseconds: 900,
}
