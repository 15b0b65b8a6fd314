import { accessFields } from './api-fields/access.ts'
import { auditFields } from './api-fields/audits.ts'
import { evaluationFields } from './api-fields/evaluations.ts'
import { judgmentFields } from './api-fields/judgments.ts'

/**
 * What the OpenAPI document says of routes and fields, for Korean readers of the documentation page. The document
 * itself is in English; a test sees to it that no line of it is missing here.
 */
export const apiDescriptions: Record<string, string> = {
  ...judgmentFields,
  ...evaluationFields,
  ...auditFields,
  ...accessFields,

  // judgments
  'Judge an answer': '답변을 판정합니다',
  'With `stream: true` the answer is a stream of the events `explanation.delta`, `judgment`, `done` and `error`.':
    '`stream: true`이면 `explanation.delta`, `judgment`, `done`, `error` 이벤트가 차례로 옵니다.',
  'The judgment; a list when `n` is above 1': '판정. `n`이 1보다 크면 목록',
  'A failure': '오류',
  'Stored judgments, newest first': '저장된 판정, 새것부터',
  'The id of the last judgment of the page before': '앞 쪽 마지막 판정의 id',
  'Judged at this time or later': '이때나 그 뒤에 판정한 것',
  'Judged before this time': '이때보다 먼저 판정한 것',
  'The id of an evaluation': '평가의 id',
  'A page of judgments': '판정 한 쪽',
  'One stored judgment': '저장된 판정 하나',
  'The judgment, with what was judged': '판정과 판정한 내용',
  'Delete a judgment, from the store and from the cache': '판정을 저장소와 캐시에서 지웁니다',
  'It is gone': '지워졌습니다',
  'Make a stored judgment once more and compare': '저장된 판정을 다시 만들어 비교합니다',
  'What came of it': '그 결과',
  'Unix time in seconds': 'Unix 시각(초)',
  '`custom`: a prompt of a test set that is none of the templates':
    '`custom`: 네 템플릿이 아닌 시험 문항의 프롬프트',
  '0..10; 0 is a verdict, null is none': '0~10. 0은 평점이고 null은 평점 없음',
  'Why there is a rating or none': '평점이 있거나 없는 이유',
  'All that the judge wrote': '심판이 쓴 글 전체',
  '0 for `custom`': '`custom`이면 0',
  'What makes this judgment less trustworthy': '이 판정을 덜 믿게 하는 점',
  'Why it is not stored; absent when it is': '저장되지 않은 이유. 저장되었으면 없음',
  'A model of `GET /v1/models`': '`GET /v1/models`에 있는 모델',
  'Left out, it follows from what is given: a reference or not, one turn or two':
    '빼면 참고 답변이 있는지, 대화가 몇 번인지에 따라 정해집니다',
  'What was asked': '물은 것',
  'What is judged; may be empty': '판정할 답변. 비어 있어도 됩니다',
  'The answer to compare with': '비교할 참고 답변',
  '`simple-keval` repeats the published leaderboard run, with its own defaults':
    '`simple-keval`은 공개 순위표를 만든 방식을 그 기본값대로 따릅니다',
  'Default 0.7; 0.8 under `simple-keval`': '기본 0.7, `simple-keval`에서는 0.8',
  'As it was sent: one turn, or two as `turns`': '보낸 그대로. 대화 한 번, 또는 `turns`로 두 번',
  'Null when a node does not report its weights': '노드가 가중치를 알려 주지 않으면 null',

  // OpenAI's forms
  "OpenAI's chat completions, for judge prompts of one's own":
    '직접 만든 심판 프롬프트를 위한 OpenAI 채팅 완성',
  'The completion, or its chunks': '완성된 글, 또는 그 조각들',
  'One model': '모델 하나',
  'With `stream: true`: events `explanation.delta` with `text`, then one `judgment` and `done`, or one `error` with problem details':
    '`stream: true`일 때: `text`가 담긴 `explanation.delta` 이벤트들에 이어 `judgment` 하나와 `done`, 또는 오류 내용이 담긴 `error` 하나',
  'With `stream: true`: one chunk per event, then `[DONE]`; a failure is an event with an `error` object':
    '`stream: true`일 때: 이벤트마다 청크 하나, 마지막은 `[DONE]`. 실패하면 `error` 객체가 담긴 이벤트가 옵니다',
  'The wrong field, where one is': '잘못된 항목이 있으면 그 이름',
  'The model': '모델',
  'The models that can be asked for': '쓸 수 있는 모델',
  'Models, one entry for each id': '모델, id마다 하나',
  'Upload a file for a batch, as `multipart/form-data` with `file` and `purpose=batch`':
    '배치 파일을 올립니다. `multipart/form-data`의 `file`과 `purpose=batch`',
  'The file': '파일',
  'Files, newest first': '파일, 새것부터',
  'A page of files': '파일 한 쪽',
  'One file': '파일 하나',
  'Delete a file': '파일을 지웁니다',
  'The content of a file, streamed': '파일의 내용을 흘려보냅니다',
  'The content': '내용',
  'Run the chat completions of an uploaded file': '올린 파일의 채팅 완성을 실행합니다',
  'The batch': '배치',
  'Batches, newest first': '배치, 새것부터',
  'A page of batches': '배치 한 쪽',
  'One batch': '배치 하나',
  'Stop a batch; what was answered is in its files': '배치를 멈춥니다. 이미 받은 답은 그 파일에 남습니다',
  'Why a running batch stands still; it goes on by itself':
    '진행 중인 배치가 서 있는 이유. 자동으로 재개됩니다',

  // evaluations
  'Judge a file of answers': '답변 파일을 판정합니다',
  'The body is the file; or `multipart/form-data` with one or more parts `file` (`reference` for reference answers of FastChat) and the parameters as fields.':
    '본문이 파일입니다. 또는 `multipart/form-data`에 `file`(FastChat의 참고 답변은 `reference`)을 하나 이상 넣고 나머지를 항목으로 보냅니다.',
  'The judge': '심판',
  'Where one of several was asked for': '여러 모델 가운데 하나를 골랐을 때',
  'The judge: a model of `GET /v1/models`': '심판: `GET /v1/models`에 있는 모델',
  'Whose answers they are, where the file does not say it': '누구의 답변인지. 파일에 없을 때 적습니다',
  '`auto` chooses for each row': '`auto`는 행마다 고릅니다',
  'Judgments per row and turn': '행과 대화 차례마다 판정 횟수',
  '`true` answers what was understood and starts nothing':
    '`true`이면 어떻게 이해했는지만 답하고 아무것도 시작하지 않습니다',
  'JSON Lines; the form of the rows is recognised. See docs/EVALUATIONS.md':
    'JSON Lines. 행의 형식은 알아서 가려냅니다. docs/EVALUATIONS.md 참고',
  'With `preview=true`: what was understood': '`preview=true`일 때: 이해한 내용',
  'From the last evaluation with this judge; null before there is one':
    '이 심판으로 한 지난 평가에서 어림한 값. 아직 없으면 null',
  'It has begun': '시작되었습니다',
  'Evaluations, newest first': '평가, 새것부터',
  'A page of evaluations': '평가 한 쪽',
  'Status and progress of an evaluation': '평가의 상태와 진행',
  'The evaluation': '평가',
  'Delete an evaluation and its rows; judgments stay until deleted themselves':
    '평가와 행을 지웁니다. 판정은 따로 지울 때까지 남습니다',
  'Stop a running or paused evaluation; what was judged stays':
    '진행 중이거나 일시 정지된 평가를 멈춥니다. 이미 판정한 것은 남습니다',
  'Go on with what a cancelled or paused evaluation left, with the weights the judge has now, and try failed rows again':
    '멈추거나 일시 정지된 평가의 나머지를 현재 가중치로 이어서 판정하고, 실패한 행을 다시 시도합니다',
  'Every settled judgment, streamed': '끝난 판정을 모두 흘려보냅니다',
  'CSV with a byte order mark, for Excel': 'Excel이 읽도록 바이트 순서 표시를 붙인 CSV',
  'One line per judgment': '판정마다 한 줄',
  'All tables of an evaluation': '평가의 모든 표',
  'Of notes and documents; without it, as Accept-Language says':
    '주의할 점과 문서의 언어. 없으면 Accept-Language를 따릅니다',
  'The report': '보고서',
  'Two evaluations of the same rows: two models, or two judges':
    '같은 행을 판정한 두 평가의 비교: 두 모델 또는 두 심판',
  'The answering model, where the file has several': '파일에 여러 모델의 답변이 있을 때, 그 모델',
  'The comparison': '비교',
  'Answering models by score, within the same questions, protocol and judge':
    '같은 문항, 방식, 심판 안에서 답한 모델의 점수 순서',
  'The leaderboard': '순위표',
  'From 0 to 1; null without data': '0~1. 자료가 없으면 null',
  'Bootstrap 95% interval': '부트스트랩 95% 구간',
  'Within the same questions, protocol and judge': '같은 문항, 방식, 심판 안에서',
  'Judged, but without a rating': '판정했지만 평점이 없는 것',
  'Given up; the results say why': '포기한 것. 이유는 결과에 있습니다',
  'From 0 to 1': '0~1',
  'Judgments per second so far': '지금까지 초당 판정 수',
  'Why a running evaluation stands still until that is over, or why it is `paused`':
    '진행 중인 평가가 기다리는 이유(해소되면 자동으로 이어집니다) 또는 `paused`인 이유',
  'What happens when the judge gets other weights': '심사 모델의 가중치가 바뀌면 어떻게 할지',
  'Weights of the judge; null before the first judgment': '심사 모델의 가중치. 첫 판정 전에는 null',
  'When the judge gets other weights midway: `pause` until `resume` accepts them, or `continue` with both':
    '심사 모델의 가중치가 도중에 바뀌면: `pause`는 `resume`으로 승인할 때까지 멈추고, `continue`는 새 가중치로 계속합니다',
  'Number of the row, from 1': '행의 번호, 1부터',
  'Whether every row is in the tables': '모든 행이 표에 들어 있는지',
  'Labels down, ratings across, 0 to 10': '세로는 라벨, 가로는 평점, 0~10',
  'Every answering model in every category, turn by turn': '모델, 분야, 대화 차례마다 따로',
  'Judgments without a rating, as a share of all, with its Wilson 95% interval':
    '평점이 없는 판정의 비율과 그 윌슨 95% 구간',
  'The newest evaluation of the same file and judge under the other protocol':
    '같은 파일과 심판을 다른 방식으로 한 가장 새로운 평가',
  'What a reader must know before trusting the tables': '표를 믿기 전에 알아야 할 점',
  'The same over the points of the diff score': '차이 점수로 같은 계산을 한 값',
  'Rows by their two ratings, to the nearest half: what a plot of x against y shows':
    '두 평점(0.5점 단위)마다 행의 수. x와 y를 견준 그림이 보여 주는 것',
  'Mean ratings of both, by category of x': 'x의 분야마다 둘의 평균 평점',

  // usage, limits, keys
  'What was used, by day, model and key': '날짜, 모델, 키마다 쓴 양',
  'First day; default 30 days ago': '첫날. 기본은 30일 전',
  'Last day; default today': '마지막 날. 기본은 오늘',
  Usage: '사용량',
  'The limits of the plan and of the key, and what is left of them': '요금제과 키의 한도, 그리고 남은 양',
  Limits: '한도',
  'Requests that no cache answers': '캐시가 답하지 않은 요청',
  'Held for runs under way': '진행 중인 판정을 위해 잡아 둔 것',
  'Midnight in Korea': '한국의 자정',
  'Null allows every model served': 'null이면 모든 모델',
  'Answered from a cache of a location': '가까운 곳의 캐시가 답한 것',
  "Answered from the tenant's store": '테넌트의 저장소가 답한 것',
  'Answered by a judgment that another request had begun': '다른 요청이 시작한 판정을 함께 받은 것',
  'Runs by how long they took: quantiles of several rows follow from its sum':
    '걸린 시간마다 실행의 수. 더하면 여러 행의 분위수를 구할 수 있습니다',
  'The keys of the tenant, newest first': '테넌트의 키, 새것부터',
  'Make a key for a tenant, for example for one that locked itself out; logged':
    '테넌트의 키를 발급합니다. 예: 키 관리 권한을 모두 잃은 테넌트. 기록에 남습니다',
  'Revokes the last key with the scope `manage`, too': '`manage` 권한이 있는 마지막 키도 폐기합니다',
  'Make a key': '키를 만듭니다',
  'Rename a key or change its own limits; felt everywhere within five seconds':
    '키의 이름이나 한도를 바꿉니다. 5초 안에 어디에나 적용됩니다',
  'The key': '키',
  'Revoke a key; everywhere within five seconds': '키를 폐기합니다. 5초 안에 어디서나 거절됩니다',
  'Replace a key; the old one works on for the grace period':
    '키를 교체합니다. 옛 키는 유예 기간 동안 함께 쓸 수 있습니다',

  // applicants
  'What the form asks for, and the consent texts': '신청서가 묻는 것과 동의 문구',
  'The form': '신청서',
  'Apply for access': '사용을 신청합니다',
  'Received; the status token is shown once': '받았습니다. 상태 토큰은 한 번만 보여 줍니다',
  'Where an application stands': '신청의 진행 상황',
  'The status': '진행 상황',
  'Change an open application, or answer what was asked': '진행 중인 신청을 고치거나 물은 것에 답합니다',
  'Withdraw, and have the data destroyed': '신청을 거두고 데이터를 파기하게 합니다',
  'Withdrawn; the data is destroyed': '철회되었고 데이터가 파기되었습니다',
  'All data held about an application': '신청에 관해 보관하는 모든 데이터',
  'The data': '데이터',
  'Send the verification mail again': '확인 메일을 다시 보냅니다',
  'It will be sent': '곧 보냅니다',
  'Confirm the e-mail address with the link from the mail': '메일의 링크로 이메일 주소를 확인합니다',
  'Confirmed; the review begins': '확인되었습니다. 심사가 시작됩니다',
  'Receive the API key, once, with the link from the approval mail':
    '승인 메일의 링크로 API 키를 한 번 받습니다',
  'The key, shown once': '키. 한 번만 보여 줍니다',
  'Have a link to the status mailed, when the status token is lost':
    '상태 토큰을 잃었을 때 진행 상황 링크를 메일로 받습니다',
  'If there is an application of this address, a mail is on its way': '이 주소의 신청이 있으면 메일이 갑니다',
  'Trade the link from the mail for a fresh status token': '메일의 링크를 새 상태 토큰으로 바꿉니다',
  'The status token, shown once': '상태 토큰. 한 번만 보여 줍니다',

  // operators
  'All nodes with what the last check and the last calls found':
    '모든 노드와, 마지막 확인과 마지막 요청들에서 알게 된 것',
  'What the clock found when it last asked; null before the first time':
    '정해진 시간마다 물어 마지막으로 알게 된 것. 한 번도 묻지 않았으면 null',
  'The circuit breaker while it is open after failed calls: no call goes to the node until then, and the next one probes it. Null while it is closed':
    '요청이 연이어 실패한 뒤: 이때까지 노드를 쉬게 하고, 그다음 첫 요청으로 확인합니다. 평소처럼 요청이 가고 있으면 null',
  'Registered and configured nodes': '등록되었거나 설정에 있는 노드',
  'Register a node; it is asked for its models at once': '노드를 등록합니다. 바로 모델을 물어봅니다',
  'Base URL, with or without /v1': '기본 주소. /v1은 있어도 없어도 됩니다',
  'Sent as bearer token; never shown again': '베어러 토큰으로 보내며 다시 보여 주지 않습니다',
  'The node': '노드',
  'Change a node, or drain it with `draining: true`': '노드를 바꾸거나 `draining: true`로 비웁니다',
  'Remove a node; what it is working on is not cut off': '노드를 지웁니다. 하던 일은 끊지 않습니다',
  'From the configuration: cannot be changed here': '설정에서 온 것: 여기서 바꿀 수 없습니다',
  'The last it said, also while it is down': '마지막으로 한 말. 응답이 없는 동안에도 남습니다',
  'Usage of all tenants by Korean day and model, up to an hour late':
    '한국 날짜와 모델마다 모든 테넌트의 사용량. 최대 한 시간 늦습니다',
  'Sums, newest day first': '합계, 새 날짜부터',
  'Applications, the longest waiting first': '신청, 오래 기다린 것부터',
  'A page': '한 쪽',
  'An application without personal data; the first look takes it up for review':
    '개인정보를 뺀 신청. 처음 열면 심사가 시작됩니다',
  'The application': '신청',
  'The personal data of an application; logged with the reason': '신청의 개인정보. 이유와 함께 기록됩니다',
  'Who applies': '신청자',
  'Approve: makes the tenant and mails the applicant a one-time claim link':
    '승인: 테넌트를 만들고 신청자에게 일회용 링크를 보냅니다',
  'Reject with a reason the applicant reads': '신청자가 읽을 이유와 함께 거절합니다',
  'Ask the applicant for more': '신청자에게 더 묻습니다',
  'Send a mail again, with a fresh link where it has one':
    '메일을 다시 보냅니다. 링크가 있으면 새 링크로 보냅니다',
  'All tenants, by id': '모든 테넌트, id 순서',
  'One tenant': '테넌트 하나',
  'The tenant': '테넌트',
  'Change plan, models, scopes or expiry, for example to renew':
    '요금제, 모델, 권한, 만료를 바꿉니다. 연장할 때도 씁니다',
  'Delete a tenant with all its data; answers the receipt, again when repeated':
    '테넌트와 모든 데이터를 지웁니다. 삭제 확인서를 반환하며, 반복해도 같은 확인서입니다',
  'The receipt': '삭제 확인서',
  'Refuse all keys of a tenant until it is resumed': '다시 열 때까지 테넌트의 모든 키를 거절합니다',
  'End a suspension': '정지를 끝냅니다',
  'Make sure of the demo tenant and answer its test key; repeating changes nothing':
    '체험용 테넌트를 마련하고 시험 키를 답합니다. 되풀이해도 바뀌지 않습니다',
  'The demo tenant': '체험용 테넌트',
  'All plans': '모든 요금제',
  'Make or change a plan; its tenants feel it within seconds':
    '요금제을 만들거나 바꿉니다. 몇 초 안에 적용됩니다',
  'The plan': '요금제',
  'The keys of a tenant; never the secrets': '테넌트의 키. 키 자체는 없습니다',
  'All keys': '모든 키',
  'Revoke any key; everywhere within five seconds': '어느 키든 폐기합니다. 5초 안에 어디서나 거절됩니다',
  Revoked: '폐기되었습니다',
  'What operators did, newest first': '운영자가 한 일, 새것부터',
  'Recomputes the hash chain of the audit log': '감사 기록의 해시 사슬을 다시 계산합니다',
  'Whether a row is missing or altered, and which is the first': '빠지거나 바뀐 줄이 있는지, 그리고 그 첫 줄',
  'Wrap record keys again with the current master secret; repeat until nothing remains':
    '기록의 키를 지금의 마스터 비밀 값으로 다시 감쌉니다. 남은 것이 없을 때까지 되풀이합니다',
  'How many were wrapped again, and how many remain': '다시 감싼 수와 남은 수',
}
