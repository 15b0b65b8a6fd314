export const model = 'keval-2-9b'

const question = '다음 글을 읽고 요약한 뒤, 글쓴이의 주장에 대한 반론을 한 가지 제시해 주세요. '.repeat(8)
const answer = '글쓴이는 도시의 녹지가 시민의 건강에 직접 도움이 된다고 주장하며 여러 근거를 듭니다. '.repeat(
  18,
)

/** A Korean request of about 3.5 KB; `mark` tells one from another. */
export function request(shape: 'judgment' | 'chat', mark: string): string {
  if (shape === 'judgment') return JSON.stringify({ model, question, answer: `${answer}${mark}` })
  return JSON.stringify({
    model,
    temperature: 0.7,
    messages: [{ role: 'user', content: `[질문]\n${question}\n\n[답변]\n${answer}${mark}` }],
  })
}

const explanation =
  '요약은 글의 흐름을 잘 따르고 반론도 근거를 갖추었으나 마지막 문단이 다소 깁니다. '.repeat(9)

/** Answer of the instant node, about 1.4 KB. */
export const completion = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: `${explanation}\n\nRating: [[8]]` },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 900, completion_tokens: 250, total_tokens: 1150 },
})
