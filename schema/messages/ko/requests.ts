import type { requests as english } from '../en/requests.ts'

export const requests: Record<keyof typeof english, string> = {
  // 요청 전체
  body_too_large: '본문은 {maximum}바이트까지 가능합니다.',
  upload_too_large: '업로드는 {maximum}바이트까지 가능합니다. 파일을 나눠 주세요.',
  file_too_large: '파일 크기는 {maximum}바이트까지 가능합니다.',
  encoding_unsupported: '본문을 압축하지 않거나 Content-Encoding: gzip으로 보내세요.',
  body_timeout: '제한 시간 안에 본문을 모두 받지 못했습니다.',
  incomplete_body: '본문이 중간에 끊겼거나 청크 형식이 잘못되었습니다.',
  forms_busy:
    '지금 처리 중인 업로드 폼이 너무 많습니다. 파일 하나를 본문으로 보내거나 잠시 후 다시 시도해 주세요.',
  unzipped_too_large: '압축을 푼 본문은 {maximum}바이트까지 가능합니다.',
  expands_too_far: '압축을 풀면 보낸 바이트의 {maximum}배를 넘습니다. 압축하지 않고 보내세요.',
  gzip_malformed: 'Content-Encoding과 달리 본문이 올바른 gzip이 아니거나 중간에 끊겼습니다.',
  json_expected: 'Content-Type: application/json 헤더와 함께 JSON 본문을 보내세요.',
  body_not_json: '본문이 올바른 JSON이 아닙니다.',
  request_refused: '요청이 거부되었습니다.',
  no_route: '없는 경로입니다: {method} {path}',
  no_api_route: '없는 경로입니다: {method} {path}. 사용할 수 있는 API: {collections}. /docs를 참고하세요.',
  no_node_route:
    '없는 경로입니다: {method} {path}. 이 노드에는 /v1/chat/completions, /v1/models, /health가 있습니다.',
  host_invalid: 'Host 헤더가 올바른 주소가 아닙니다.',
  method_not_allowed: '{path} 경로에서 쓸 수 있는 메서드: {methods}',
  prompt_too_long: '프롬프트가 {tokens}토큰 이상이어서 모델의 컨텍스트({context}토큰)에 들어가지 않습니다.',
  idempotency_mismatch: '이 Idempotency-Key는 다른 요청에 이미 사용되었습니다.',
  answer_not_kept: '이 Idempotency-Key를 쓴 요청은 이미 처리되었고 응답은 보관하지 않았습니다.',
  judgment_deleted: '이 Idempotency-Key로 만든 판정은 삭제되었습니다.',
  idempotency_in_progress: '이 Idempotency-Key를 쓴 요청을 아직 처리하고 있습니다.',
  not_cached: '캐시된 결과만 요청했지만 캐시에 판정이 없습니다.',
  internal_error: '서버 오류가 발생했습니다. 요청 번호를 알려 주세요.',
  storage_unavailable: '데이터베이스가 응답하지 않습니다. 잠시 후 다시 시도해 주세요.',
  storage_not_written: '저장소에 쓸 수 없습니다.',
  storage_restarting: '테넌트 저장소가 다시 시작되는 중이어서 저장하지 못했습니다.',
  disk_full:
    '서비스의 디스크 여유 공간이 {left}바이트입니다. {watermark}바이트 이상일 때 업로드할 수 있습니다.',
  audit_busy: '감사 기록이 사용 중입니다. 잠시 후 다시 시도해 주세요.',
  upload_interrupted: '업로드 중 서비스가 다시 시작되었습니다. 파일을 다시 보내 주세요.',
  storage_full:
    '저장 공간을 {used}바이트 사용하고 있습니다. {maximum}바이트 미만일 때만 업로드할 수 있으니 평가, 파일 또는 판정을 삭제해 주세요.',

  // 인증
  api_key_missing: 'API 키가 필요합니다: Authorization: Bearer kev_…',
  api_key_malformed: 'API 키 형식이 아니거나 잘못 입력되었습니다.',
  api_key_unchecked: '키를 확인하지 못했습니다. 잠시 후 다시 시도해 주세요.',
  api_key_invalid: '없는 키이거나 폐기 또는 만료된 키입니다.',
  tenant_suspended: '운영자가 이 테넌트를 정지했습니다.',
  scope_missing: '"{scope}" 권한이 필요합니다. 이 키의 권한: {scopes}',
  operator_required:
    '운영자 전용 경로입니다. Cloudflare Access로 로그인하거나 관리자 시크릿을 Bearer 토큰으로 보내세요.',
  operator_name: 'X-Operator-Name은 퍼센트 인코딩한 {maximum}자 이하의 한 줄이어야 합니다.',
  status_token_missing: '상태 토큰이 필요합니다: Authorization: Bearer kst_…',
  too_many_unknown_keys: '이 IP 주소에서 알 수 없는 API 키로 보낸 요청이 너무 많습니다.',
  too_many_attempts: '시도 횟수를 초과했습니다. 나중에 다시 시도해 주세요.',

  // 한도
  too_many_at_once: '이 키로 짧은 시간에 너무 많은 요청을 보냈습니다. 잠시 후 다시 시도해 주세요.',
  tenant_concurrency: '테넌트의 동시 판정 한도는 {limit}건입니다.',
  key_concurrency: '이 키의 동시 판정 한도는 {limit}건입니다.',
  tenant_quota:
    '테넌트의 오늘 토큰 한도 {limit}개 중 {left}개가 남았고(한국 시간 기준), 이 요청에는 최대 {needed}개가 필요합니다. max_tokens를 줄이면 필요한 토큰도 줄어듭니다.',
  key_quota:
    '이 키의 오늘 토큰 한도 {limit}개 중 {left}개가 남았고(한국 시간 기준), 이 요청에는 최대 {needed}개가 필요합니다. max_tokens를 줄이면 필요한 토큰도 줄어듭니다.',
  tenant_rate: '캐시로 처리되지 않는 요청은 테넌트당 분당 {limit}건까지 보낼 수 있습니다.',
  key_rate: '캐시로 처리되지 않는 요청은 이 키로 분당 {limit}건까지 보낼 수 있습니다.',
}
