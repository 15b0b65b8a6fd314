import { z } from 'zod'
import { ChatCompletionRequest } from '../../schema/api/chat.ts'
import { ChatCompletion } from '../../schema/api/chat-completion.ts'
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
import { serveCachedRepeat } from './cached-repeat.ts'
import { chatCompletion } from './chat.ts'
import { createJudgment } from './create-judgment.ts'
import { sendStoredJudgments } from './repeated-judgments.ts'
import { replayJudgment } from './replay.ts'
import { deleteJudgment, listJudgments, showJudgment } from './stored-judgments.ts'
import { streamJudgment } from './stream-judgment.ts'

const bodyLimit = 2_000_000
const jsonOrEvents = <S extends z.ZodType>(description: string, schema: S, events: string) => ({
  description,
  content: {
    'application/json': { schema },
    'text/event-stream': { schema: z.string().meta({ description: events }) },
  },
})

const create = apiRoute(
  {
    access: { scope: 'judge' },
    bodyLimit,
    idempotent: { from: 'judgments', send: sendStoredJudgments },
    shortCut: serveCachedRepeat,
  },
  {
    method: 'post',
    path: '/v1/judgments',
    summary: 'Judge an answer',
    description:
      'With `stream: true` the answer is a stream of the events `explanation.delta`, `judgment`, `done` and `error`.',
    request: { body: jsonBody(judgmentRequestSchema) },
    responses: {
      200: jsonOrEvents(
        'The judgment; a list when `n` is above 1',
        z.union([judgmentSchema, judgmentListSchema]),
        'With `stream: true`: events `explanation.delta` with `text`, then one `judgment` and `done`, or one `error` with problem details',
      ),
    },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/judgments',
    summary: 'Stored judgments, newest first',
    request: { query: judgmentPageQuery },
    responses: { 200: jsonAnswer('A page of judgments', judgmentListSchema) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/judgments/{id}',
    summary: 'One stored judgment',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The judgment, with what was judged', shownJudgmentSchema) },
  },
)

const remove = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/judgments/{id}',
    summary: 'Delete a judgment, from the store and from the cache',
    request: { params: idInPath },
    responses: { 204: { description: 'It is gone' } },
  },
)

const replay = apiRoute(
  { access: { scope: ['judge', 'read'] }, idempotent: { from: 'nothing' } },
  {
    method: 'post',
    path: '/v1/judgments/{id}/replay',
    summary: 'Make a stored judgment once more and compare',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('What came of it', replaySchema) },
  },
)

const chat = apiRoute(
  { access: { scope: 'judge' }, bodyLimit, idempotent: { from: 'text' } },
  {
    method: 'post',
    path: '/v1/chat/completions',
    summary: "OpenAI's chat completions, for judge prompts of one's own",
    request: { body: jsonBody(ChatCompletionRequest) },
    responses: {
      200: jsonOrEvents(
        'The completion, or its chunks',
        ChatCompletion,
        'With `stream: true`: one chunk per event, then `[DONE]`; a failure is an event with an `error` object',
      ),
    },
  },
)

const usage = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/usage',
    summary: 'What was used, by day, model and key',
    request: { query: usageQuery },
    responses: { 200: jsonAnswer('Usage', usageSchema) },
  },
)

const limits = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/limits',
    summary: 'The limits of the plan and of the key, and what is left of them',
    responses: { 200: jsonAnswer('Limits', limitsSchema) },
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
