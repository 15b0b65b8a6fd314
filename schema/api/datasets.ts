import { z } from 'zod'
import { withMessage } from '../messages/field-errors.ts'
import { described } from './described.ts'
import { queryNumber } from './query-number.ts'

/** The name of a dataset: one line, in one spelling however the keyboard composed it. */
export const datasetName = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, withMessage('one_line'))
  .transform((name) => name.normalize('NFC').trim())
  .pipe(z.string().min(1))

const digest = z
  .string()
  .meta(
    described(
      'Digest of the questions with their turns, references and categories, whatever their order',
      '질문, 턴, 참고 답변, 분야의 다이제스트. 순서는 상관없음',
    ),
  )

/** A dataset as an evaluation refers to it. */
export const datasetReference = z.object({
  digest,
  name: z.string(),
  version: z
    .int()
    .meta(
      described(
        'From 1; other questions under the same name have another',
        '1부터. 이름이 같아도 질문이 다르면 버전이 다름',
      ),
    ),
})
export type DatasetReference = z.output<typeof datasetReference>

export const datasetNameSources = ['given', 'published', 'file'] as const

export const datasetSchema = datasetReference
  .extend({
    object: z.literal('dataset'),
    name_source: z
      .enum(datasetNameSources)
      .meta(
        described(
          '`given`: by a user; `published`: a public set recognised by its questions; `file`: proposed from the name of the file or evaluation',
          '`given`: 사용자가 지정, `published`: 질문으로 인식한 공개 세트, `file`: 파일이나 평가의 이름에서 제안',
        ),
      ),
    questions: z.int().meta(described('Distinct questions', '서로 다른 질문 수')),
    evaluations: z.int().meta(described('Evaluations of these questions', '이 질문으로 한 평가 수')),
    created: z.int().meta(described('Unix time in seconds', 'Unix 시각(초)')),
  })
  .meta({ id: 'Dataset' })
export type Dataset = z.output<typeof datasetSchema>

export const datasetListQuery = z.strictObject({
  name: z.string().max(200).optional().meta(described('Versions of this dataset', '이 데이터셋의 버전')),
  limit: queryNumber(z.coerce.number().int().min(1).max(200).default(100)),
  after: z
    .string()
    .max(64)
    .optional()
    .meta(
      described(
        'Digest of the last dataset on the previous page',
        '이전 페이지 마지막 데이터셋의 다이제스트',
      ),
    ),
})
export type DatasetListQuery = z.output<typeof datasetListQuery>

export const datasetList = z.object({
  object: z.literal('list'),
  data: z.array(datasetSchema).meta(described('By name and version', '이름과 버전 순')),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})

export const datasetChange = z.strictObject({
  name: datasetName,
  all_versions: z
    .boolean()
    .default(false)
    .meta(
      described(
        'Whether the other versions of its name are renamed too. They keep their numbers unless the new name has versions already',
        '같은 이름의 다른 버전도 함께 바꿀지 여부. 새 이름에 버전이 없으면 번호가 유지됩니다',
      ),
    ),
})
export type DatasetChange = z.output<typeof datasetChange>
