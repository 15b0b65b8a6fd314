import { z } from 'zod'
import { charsets } from '../evaluation-input/charset.ts'
import { emptyAnswerActions } from '../evaluation-input/empty-answers.ts'
import { protocolNames } from '../judge/protocol.ts'
import { type TemplateName, templateNames } from '../judge/templates.ts'
import { type RatingSummary, ratingSummaries } from '../metrics/rating-summary.ts'
import { type AnswerFaults, answerFaultParameters } from './answer-faults.ts'
import { datasetName } from './datasets.ts'
import { described } from './described.ts'
import { queryNumber } from './query-number.ts'
import { maxTags, tag } from './tag.ts'

export const weightsChangeActions = ['pause', 'continue'] as const

/** Options of an evaluation: query parameters, or fields of a multipart body. */
export const evaluationQuery = z.strictObject({
  model: z
    .string()
    .min(1)
    .max(200)
    .meta(described('The judge: a model of `GET /v1/models`', '심판: `GET /v1/models`에 있는 모델')),
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta(
      described('Answering model, if the file does not name it', '답변한 모델. 파일에 없을 때 지정합니다'),
    ),
  dataset: datasetName
    .optional()
    .meta(
      described(
        'Name of the dataset. Default: the name it has, else a public set that is recognised, else the name of the file',
        '데이터셋 이름. 기본값은 기존 이름, 인식한 공개 세트 이름, 파일 이름 순으로 정합니다',
      ),
    ),
  tags: z
    .string()
    .max(1400)
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(tag).max(maxTags))
    .optional()
    .meta(described('Tags, separated by commas', '쉼표로 구분한 태그')),
  protocol: z
    .enum(protocolNames)
    .default('ko-bench')
    .meta(
      described(
        '`simple-keval` judges as for the published leaderboard: first turns, one template',
        '`simple-keval`은 공개 순위표처럼 첫 턴만 한 템플릿으로 판정합니다',
      ),
    ),
  template: z
    .enum(['auto', ...templateNames])
    .default('auto')
    .meta(described('`auto` chooses for each row', '`auto`이면 행마다 자동으로 고릅니다')),
  repeats: queryNumber(z.coerce.number().int().min(1).max(16).default(1)).meta(
    described('Judgments per row and turn', '행·턴당 판정 횟수'),
  ),
  summary: z
    .enum(ratingSummaries)
    .default('mean')
    .meta(
      described(
        "How repeats become one rating of a row and turn. `expected`: the judge's expected rating, where the node gives rating probabilities",
        '반복 판정을 행·턴의 평점 하나로 요약하는 방법. `expected`는 기대 평점이며 노드가 평점 확률을 제공할 때만 씁니다',
      ),
    ),
  temperature: queryNumber(z.coerce.number().min(0).max(2).optional()).meta(
    described('Default 0.7; 0.8 under `simple-keval`', '기본값 0.7, `simple-keval`에서는 0.8'),
  ),
  seed: queryNumber(z.coerce.number().int().min(0).max(0x7fffffff).optional()).meta(
    described('Default: derived from each request', '기본값은 요청마다 그 내용으로 정합니다'),
  ),
  max_tokens: queryNumber(z.coerce.number().int().min(1).max(4096).optional()).meta(
    described(
      "Maximum tokens of the judge's answer; default: the node's limit, 2048 under `simple-keval`",
      '심판 출력의 최대 토큰. 기본값은 노드의 한도, `simple-keval`에서는 2048',
    ),
  ),
  charset: z
    .enum(charsets)
    .default('utf-8')
    .meta(
      described(
        'The encoding of the files. Another than UTF-8 is read only when it is named here',
        '파일의 인코딩. UTF-8이 아닌 파일은 여기에 지정해야 합니다',
      ),
    ),
  empty: z
    .enum(emptyAnswerActions)
    .default('refuse')
    .meta(
      described(
        'What happens to rows with an answer that is missing, empty or blank: `refuse` the input, `judge` them as they are, or `skip` them',
        '답변이 없거나 비어 있는 행의 처리 방식: `refuse`(입력 거부), `judge`(그대로 판정), `skip`(제외)',
      ),
    ),
  notify: z
    .enum(['mail'])
    .optional()
    .meta(
      described(
        '`mail`: a mail to the address of the application when the evaluation ends, without anything that was judged',
        '`mail`: 평가가 끝나면 신청할 때 쓴 주소로 메일을 보냅니다. 판정 내용은 담지 않습니다',
      ),
    ),
  on_weights_change: z
    .enum(weightsChangeActions)
    .default('pause')
    .meta(
      described(
        'When the judge gets other weights midway: `pause` until `resume` accepts them, or `continue` with both',
        '평가 도중 심판의 가중치가 바뀌었을 때의 처리: `pause`는 `resume`할 때까지 일시 정지, `continue`는 새 가중치로 계속',
      ),
    ),
  ...answerFaultParameters,
  preview: z
    .enum(['true', 'false'])
    .default('false')
    .meta(
      described(
        '`true`: return how the file was read, and start nothing',
        '`true`: 파일 분석 결과만 반환하고 시작하지 않습니다',
      ),
    ),
})

export type EvaluationQuery = z.output<typeof evaluationQuery>

/** Stored options of an evaluation. */
export interface EvaluationOptions {
  name: string
  model: string
  protocol: (typeof protocolNames)[number]
  template: TemplateName | null
  repeats: number
  summary: RatingSummary
  temperature: number | null
  seed: number | null
  maxTokens: number | null
  retentionDays: number
  onWeightsChange: (typeof weightsChangeActions)[number]
  /** Notification at the end, in addition to webhooks. */
  notify?: 'mail'
  /** Null if the collection of the answers was not reported. */
  answerFaults: AnswerFaults | null
}
