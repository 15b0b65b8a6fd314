/** Fields of judgments, chat completions, models and failures. */
export const judgmentFields: Record<string, string> = {
  'Whether more follow the last entry': '마지막 항목 뒤에 더 있는지',
  'Where the code is explained': '코드를 설명하는 곳',
  'What the code means, the same for every such failure': '코드의 뜻. 같은 오류에서는 늘 같습니다',
  'The HTTP status': 'HTTP 상태',
  'What happened this time, in the language of `Accept-Language`':
    '이번 오류의 내용. `Accept-Language`에 따른 언어',
  'The stable code of `detail`': '`detail`의 고정 코드',
  'The stable code of `message`': '`message`의 고정 코드',
  'The values in the message, by name': '메시지에 들어가는 값(이름별)',
  'Its path in the body': '본문에서의 경로',
  'What is allowed, in the language of `Accept-Language`': '허용되는 값. `Accept-Language`에 따른 언어',
  Stable: '고정 코드',
  'One model': '모델 하나',
  'The model': '모델',
  'In the language of `Accept-Language`': '`Accept-Language`에 따른 언어',
  'Which side failed': '어느 쪽의 오류인지',
  'As in the header `x-request-id` and in the logs': '`x-request-id` 헤더와 로그에 있는 것과 같음',
  'What is wrong with the request, field by field': '요청에서 잘못된 것, 항목마다',

  'Rated this or higher': '평점이 이 값 이상',
  'Rated this or lower': '평점이 이 값 이하',
  'The way it was judged': '판정한 방식',
  'What the judge wrote before its rating': '심판이 평점 앞에 쓴 글',
  '`stop`: the judge ended by itself; `length`: a bound of tokens cut it off':
    '`stop`: 심판이 스스로 끝냄. `length`: 토큰 한도에서 끊김',
  'Of what the judge read': '심판이 읽은 것',
  'Of what the judge wrote': '심판이 쓴 것',
  'SHA-256 of all that determines the judgment: requests with the same one are repeats':
    '판정을 정하는 모든 것의 SHA-256. 이 값이 같은 요청은 되풀이입니다',
  'SHA-256 of the weights; null where the node does not tell':
    '가중치의 SHA-256. 노드가 알려 주지 않으면 null',
  'Of the weights, such as `int4`; null where the node does not tell':
    '가중치의 정밀도. 예: `int4`. 노드가 알려 주지 않으면 null',
  'What computed it, such as `cpu` or `cuda`; null where the node does not tell':
    '계산한 장치. 예: `cpu`, `cuda`. 노드가 알려 주지 않으면 null',
  'Id of the node': '노드의 id',
  'SHA-256 of the messages that the judge read, as canonical JSON': '심판이 읽은 메시지(정규 JSON)의 SHA-256',
  'The one given, or the one that followed from the request': '요청에 있던 값, 또는 요청에서 정해진 값',
  'Null left it to the node': 'null이면 노드에 맡긴 것',
  'Where the rating was read: `labelled-double-bracket` is `[[n]]` behind a label such as Rating at the beginning of a line, `labelled-bracket` the same with `[n]` on the last line, `lone-double-bracket` the one `[[n]]` outside quotations and code; `first-double-bracket` and `first-bracket` are those of `simple-keval`. Null without a rating':
    '평점을 읽은 규칙. `labelled-double-bracket`은 줄 첫머리의 Rating 같은 라벨 뒤의 `[[n]]`, `labelled-bracket`은 마지막 줄의 같은 자리에 있는 `[n]`, `lone-double-bracket`은 인용과 코드 밖에 하나뿐인 `[[n]]`, `first-double-bracket`과 `first-bracket`은 `simple-keval`의 규칙입니다. 평점이 없으면 null',
  'When the node was asked; ISO 8601, UTC': '노드에 물은 때. ISO 8601, UTC',
  'When its answer was whole; ISO 8601, UTC': '노드의 답이 끝난 때. ISO 8601, UTC',
  'The text it speaks of; null for the request as a whole': '가리키는 글. 요청 전체이면 null',
  'Whether `GET /v1/judgments/{id}` will show it': '`GET /v1/judgments/{id}`로 다시 볼 수 있는지',
  'Where they were asked for: how likely each rating was at the place of the first; null where the node does not tell or the judge came to none':
    '요청했을 때만. 처음 평점을 쓰는 자리에서 각 평점의 확률입니다. 노드가 알려 주지 않거나 평점이 없으면 null',
  'By rating, `0` to `10`; together 1. A decimal counts for its whole part':
    '평점 `0`~`10`마다. 더하면 1. 소수는 정수 부분으로 셉니다',
  'The likeliest rating': '확률이 가장 높은 평점',
  'In bits; 0 where the judge was certain': '단위는 비트. 심판이 확신하면 0',
  'A conversation of two turns, in place of `question`, `answer` and `reference`':
    '두 번 주고받은 대화. `question`, `answer`, `reference` 대신 씁니다',
  'Draws from the likeliest tokens that have this probability together; 1 keeps all':
    '확률이 높은 순서로 더해 이 값이 될 때까지의 토큰에서 뽑습니다. 1이면 모두',
  'Left out, it follows from the request: a repeat gives the same text':
    '빼면 요청에서 정해져, 되풀이해도 글이 같습니다',
  'Most tokens that the judge may write; left out, what the node allows, 2048 under `simple-keval`':
    '심판이 쓸 수 있는 최대 토큰. 빼면 노드의 한도, `simple-keval`에서는 2048',
  'Judgments to make of it, each with a seed of its own': '만들 판정의 수. 저마다 시드가 다릅니다',
  'Server-sent events as the judge writes; only with `n` 1':
    '심판이 쓰는 대로 서버 전송 이벤트로 받습니다. `n`이 1일 때만',
  'Also say how likely each rating was; only keval nodes know':
    '평점마다 확률도 받습니다. keval 노드만 알 수 있습니다',
  'The id of the stored judgment': '저장된 판정의 id',
  '`identical`: the same text; `same_rating`: another text with the same verdict and rating':
    '`identical`: 글이 같음. `same_rating`: 글은 다르지만 결과와 평점이 같음',

  "0 takes the likeliest token; default the model's own, else 0.7":
    '0이면 확률이 가장 높은 토큰만 씁니다. 기본은 모델의 값, 없으면 0.7',
  "Draws from the likeliest tokens that have this probability together; default the model's own, else 1":
    '확률이 높은 순서로 더해 이 값이 될 때까지의 토큰에서 뽑습니다. 기본은 모델의 값, 없으면 1',
  'Draws from so many of the likeliest tokens; 0 and -1 keep all':
    '확률이 높은 토큰을 이만큼만 남기고 뽑습니다. 0과 -1은 모두',
  'Leaves out tokens less likely than this share of the likeliest':
    '가장 높은 확률에 이 값을 곱한 것보다 확률이 낮은 토큰을 뺍니다',
  '1 is none; above it, tokens that came before are less likely':
    '1이면 없음. 1보다 크면 앞에 나온 토큰이 덜 나옵니다',
  'Left out, one is drawn; the reply says which': '빼면 하나를 뽑고, 응답이 그 값을 알려 줍니다',
  "Most tokens of the answer; default the model's own, else 4096, and never more than there is room for":
    '답의 최대 토큰. 기본은 모델의 값, 없으면 4096. 남은 자리를 넘지 않습니다',
  'The newer name of `max_tokens`; two that differ are refused':
    '`max_tokens`의 새 이름. 둘이 다르면 거절합니다',
  'Answers to the same messages': '같은 메시지에 대한 답의 수',
  'Report how likely each token of the answer was': '답의 토큰마다 확률을 받습니다',
  'And so many of the likeliest in its place': '그 자리에서 확률이 높은 토큰도 이만큼 받습니다',
  'Count tokens in a last chunk without choices':
    '토큰 수를 담은 마지막 조각을 받습니다. choices는 비어 있습니다',
  'End the answer right after the first verdict: a labelled `[[n]]` at the beginning of a line':
    '첫 판정(줄 첫머리의 라벨이 붙은 `[[n]]`) 바로 뒤에서 답을 끝냅니다',
  'Report how likely each rating from 0 to 10 was where the answer states its verdict':
    '답이 판정을 쓰는 자리에서 0~10 각각의 확률을 받습니다',
  'Accepted and not used': '받지만 쓰지 않습니다',
  'For clients that always send it': '늘 이 항목을 보내는 클라이언트를 위한 것',
  'Precision and beginning of the weights digest': '정밀도와 가중치 다이제스트의 앞부분',
  '`stop`: the model ended by itself or at a stop string; `length`: a bound of tokens cut it off':
    '`stop`: 모델이 스스로, 또는 stop 문자열에서 끝남. `length`: 토큰 한도에서 끊김',
  'Natural logarithm of its probability at temperature 1': '온도 1에서 확률의 자연로그',
  "The token's own bytes: part of a character where a syllable is split over tokens":
    '토큰의 바이트. 한 음절이 여러 토큰으로 나뉘면 글자의 일부입니다',
  'Of all ratings together, before they were scaled to 1': '1로 맞추기 전, 모든 평점의 확률을 더한 값',
  'Null when the answer never came to a rating': '답에 평점이 나오지 않으면 null',
  'Of the prompt, computed before': '프롬프트 가운데 이미 계산해 둔 것',
  'SHA-256 of the weights': '가중치의 SHA-256',
  'Of the weights, such as `int4`': '가중치의 정밀도. 예: `int4`',
  'What computed it, such as `cpu` or `cuda`': '계산한 장치. 예: `cpu`, `cuda`',
  "The request's own, or the one drawn for it": '요청에 있던 값, 또는 뽑은 값',
  "The model's chat template takes no system role: its text was put in front of the user's":
    '모델의 대화 템플릿에 system 역할이 없어, 그 글을 user 글 앞에 붙였는지',
  'Prompt tokens that were computed before': '이미 계산해 둔 프롬프트 토큰',
  'Waiting; of several answers the longest': '기다린 시간. 답이 여럿이면 가장 긴 것',
  'Reading the prompt; of several answers the longest': '프롬프트를 읽은 시간. 답이 여럿이면 가장 긴 것',
  'Writing; of several answers the longest': '답을 쓴 시간. 답이 여럿이면 가장 긴 것',
  'How the node made it; from keval nodes alone': '노드가 만든 과정. keval 노드만 알려 줍니다',

  'Always 0: nodes do not tell': '늘 0. 노드가 알려 주지 않습니다',
  'What computes it, such as `cpu` or `cuda`; null where the node does not tell':
    '계산하는 장치. 예: `cpu`, `cuda`. 노드가 알려 주지 않으면 null',
  'Most tokens of prompt and answer together; null where the node does not tell':
    '프롬프트와 답을 더한 최대 토큰. 노드가 알려 주지 않으면 null',
  'What its users must know; null where there is nothing': '쓰는 사람이 알아야 할 것. 없으면 null',
  'How many serve it': '이 모델을 돌리는 노드의 수',
}
