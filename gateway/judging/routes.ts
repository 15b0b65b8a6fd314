import { z } from 'zod'
import { ChatCompletionRequest } from '../../schema/api/chat.ts'
import { ChatCompletion } from '../../schema/api/chat-completion.ts'
import { type Description, described, summarized } from '../../schema/api/described.ts'
import { judgmentRequestSchema } from '../../schema/api/judgment-request.ts'
import {
  judgmentListSchema,
  judgmentPageQuery,
  judgmentSchema,
  replaySchema,
  shownJudgmentSchema,
} from '../../schema/api/judgments.ts'
import { limitsSchema, usageQuery, usageSchema } from '../../schema/api/usage.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { idInPath, jsonAnswer, jsonBody } from '../http/route-parts.ts'
import { showLimits, showUsage } from '../usage/show-usage.ts'
import { chatCompletion } from './chat.ts'
import { createJudgment } from './create-judgment.ts'
import { sendStoredJudgments } from './repeated-judgments.ts'
import { replayJudgment } from './replay.ts'
import { deleteJudgment, listJudgments, showJudgment } from './stored-judgments.ts'
import { streamJudgment } from './stream-judgment.ts'

const bodyLimit = 2_000_000
const jsonOrEvents = <S extends z.ZodType>(description: Description, schema: S, events: Description) => ({
  ...description,
  content: {
    'application/json': { schema },
    'text/event-stream': { schema: z.string().meta(events) },
  },
})

const create = apiRoute(
  {
    access: { scope: 'judge' },
    bodyLimit,
    idempotent: { from: 'judgments', send: sendStoredJudgments },
  },
  {
    method: 'post',
    path: '/v1/judgments',
    ...summarized('Judge an answer', '답변 판정'),
    ...described(
      'With `stream: true` the answer is a stream of the events `explanation.delta`, `judgment`, `done` and `error`.',
      '`stream: true`이면 `explanation.delta`, `judgment`, `done`, `error` 이벤트가 차례로 옵니다.',
    ),
    request: { body: jsonBody(judgmentRequestSchema) },
    responses: {
      200: jsonOrEvents(
        described('The judgment; a list when `n` is above 1', '판정. `n`이 1보다 크면 목록'),
        z.union([judgmentSchema, judgmentListSchema]),
        described(
          'With `stream: true`: events `explanation.delta` with `text`, then one `judgment` and `done`, or one `error` with problem details',
          '`stream: true`일 때: `text`가 담긴 `explanation.delta` 이벤트들에 이어 `judgment` 하나와 `done`, 또는 오류 내용이 담긴 `error` 하나',
        ),
      ),
    },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/judgments',
    ...summarized('List stored judgments, newest first', '저장된 판정 목록(최신순)'),
    request: { query: judgmentPageQuery },
    responses: { 200: jsonAnswer(described('One page of judgments', '판정 한 페이지'), judgmentListSchema) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/judgments/{id}',
    ...summarized('Get a stored judgment', '저장된 판정 조회'),
    request: { params: idInPath },
    responses: {
      200: jsonAnswer(described('The judgment and its input', '판정과 입력'), shownJudgmentSchema),
    },
  },
)

const remove = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/judgments/{id}',
    ...summarized('Delete a judgment from store and cache', '판정을 저장소와 캐시에서 삭제'),
    request: { params: idInPath },
    responses: { 204: described('Deleted', '삭제됨') },
  },
)

const replay = apiRoute(
  { access: { scope: ['judge', 'read'] }, idempotent: { from: 'nothing' } },
  {
    method: 'post',
    path: '/v1/judgments/{id}/replay',
    ...summarized('Replay a stored judgment and compare', '저장된 판정을 다시 실행해 비교'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The result', '결과'), replaySchema) },
  },
)

const chat = apiRoute(
  { access: { scope: 'judge' }, bodyLimit, idempotent: { from: 'text' } },
  {
    method: 'post',
    path: '/v1/chat/completions',
    ...summarized(
      'OpenAI chat completions, for custom judge prompts',
      'OpenAI 호환 채팅 완성. 직접 작성한 심판 프롬프트에 사용',
    ),
    request: { body: jsonBody(ChatCompletionRequest) },
    responses: {
      200: jsonOrEvents(
        described('The completion, or its chunks', '완성 결과, 또는 스트리밍 조각'),
        ChatCompletion,
        described(
          'With `stream: true`: one chunk per event, then `[DONE]`; a failure is an event with an `error` object',
          '`stream: true`일 때: 이벤트마다 청크 하나, 마지막은 `[DONE]`. 실패하면 `error` 객체가 담긴 이벤트가 옵니다',
        ),
      ),
    },
  },
)

const usage = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/usage',
    ...summarized('Get usage by day, model and key', '날짜·모델·키별 사용량'),
    request: { query: usageQuery },
    responses: { 200: jsonAnswer(described('Usage', '사용량'), usageSchema) },
  },
)

const limits = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/limits',
    ...summarized('Get the limits of plan and key, and what remains', '요금제와 키의 한도 및 남은 양'),
    responses: { 200: jsonAnswer(described('Limits', '한도'), limitsSchema) },
  },
)

export function judgmentRoutes() {
  return apiRoutes()
    .openapi(create, async (c) => {
      const request = c.req.valid('json')
      return request.stream ? streamJudgment(c, request) : createJudgment(c, request)
    })
    .openapi(list, async (c) => c.json(await listJudgments(c, c.req.valid('query')), 200))
    .openapi(show, async (c) => c.json(await showJudgment(c, c.req.valid('param').id), 200))
    .openapi(remove, async (c) => {
      await deleteJudgment(c, c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(replay, async (c) => c.json(await replayJudgment(c, c.req.valid('param').id), 200))
    .openapi(chat, async (c) => chatCompletion(c, c.req.valid('json')) as never)
    .openapi(usage, async (c) => c.json(await showUsage(c, c.req.valid('query')), 200))
    .openapi(limits, async (c) => c.json(await showLimits(c), 200))
}
