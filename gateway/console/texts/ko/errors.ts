import type { ErrorCode } from '../../../../schema/api/error-codes.ts'

export interface ErrorText {
  title: string
  meaning: string
  check: string
}

/** The table of schema/api/errors.ts for Korean readers. */
export const errors: Record<ErrorCode, ErrorText> = {
  invalid_json: {
    title: '본문이 JSON이 아닙니다',
    meaning: '요청 본문을 UTF-8 JSON으로 읽을 수 없습니다.',
    check: 'Content-Type: application/json 헤더와 함께 JSON 객체를 보내세요.',
  },
  invalid_request: {
    title: '누락되었거나 잘못된 항목이 있습니다',
    meaning:
      '빠졌거나, 형식이 다르거나, 범위를 벗어났거나, 알 수 없는 항목이 있습니다. errors에 항목별로 적혀 있습니다.',
    check: 'errors 목록: 항목 이름과 허용되는 값이 적혀 있습니다.',
  },
  invalid_encoding: {
    title: '텍스트가 UTF-8이 아닙니다',
    meaning:
      '본문, 폼 항목, 파일 또는 주소의 텍스트가 CP949처럼 UTF-8이 아닌 인코딩이거나, 짝이 없는 서로게이트가 들어 있습니다. 아무것도 저장하지 않았고 노드에도 보내지 않았습니다.',
    check: '먼저 UTF-8로 변환하세요: iconv -f CP949 -t UTF-8. errors에 항목이나 줄 번호가 적혀 있습니다.',
  },
  incomplete_body: {
    title: '본문이 끝까지 오지 않았습니다',
    meaning: '본문이 예고한 길이보다 먼저 끝났거나, 청크나 압축 형식이 잘못되었습니다.',
    check: '전체를 다시 보내세요.',
  },
  body_timeout: {
    title: '본문이 제한 시간 안에 오지 않았습니다',
    meaning: '요청 본문을 다 받기 전에 제한 시간이 지났습니다.',
    check: '더 빠른 연결로 보내거나 나누어 보내세요.',
  },
  context_length_exceeded: {
    title: '모델이 읽기에는 입력이 너무 깁니다',
    meaning: '완성된 프롬프트가 모델의 컨텍스트를 거의 다 차지해 판정을 생성할 여유가 없습니다.',
    check: 'detail에 적힌 토큰 수를 보고 질문, 답변 또는 참고 답변을 줄이세요.',
  },
  body_too_large: {
    title: '본문이 너무 큽니다',
    meaning: '이 경로가 받는 크기를 넘었습니다.',
    check: 'detail에 적힌 한도.',
  },
  unsupported_media_type: {
    title: '받지 않는 형식입니다',
    meaning: '이 경로는 다른 Content-Type을 받습니다.',
    check: 'Content-Type: application/json으로 보내세요.',
  },
  not_found: {
    title: '찾을 수 없습니다',
    meaning: '경로나 대상이 없거나, 볼 수 있는 권한이 없습니다.',
    check: '경로와 id.',
  },
  method_not_allowed: {
    title: '허용되지 않는 메서드입니다',
    meaning: '경로는 있지만 이 메서드는 받지 않습니다.',
    check: 'Allow 헤더에 허용되는 메서드가 적혀 있습니다.',
  },
  model_not_found: {
    title: '제공하지 않는 모델입니다',
    meaning: '요청한 모델을 제공하는 노드가 없거나, 이 키로는 쓸 수 없는 모델입니다.',
    check: 'GET /v1/models에 쓸 수 있는 모델이 나옵니다.',
  },
  conflict: {
    title: '지금 상태에서는 할 수 없습니다',
    meaning: '대상의 상태 때문에 이 단계를 진행할 수 없습니다. 예를 들어 이미 결정된 신청입니다.',
    check: 'detail에 적힌 현재 상태.',
  },
  missing_api_key: {
    title: 'API 키가 필요합니다',
    meaning: '요청에 Authorization: Bearer 헤더가 없습니다.',
    check: '키 받기 링크에서 받은 키를 보내세요. 키는 신청을 거쳐 받습니다.',
  },
  malformed_api_key: {
    title: 'API 키의 형식이 아닙니다',
    meaning: 'keval 키의 형식이 아니거나 끝의 검사 문자가 맞지 않습니다. 대개 복사나 입력 실수입니다.',
    check: '따옴표나 빈칸 없이 키 전체를 다시 복사하세요.',
  },
  invalid_api_key: {
    title: '유효하지 않은 API 키입니다',
    meaning: '알 수 없거나, 폐기되었거나, 만료된 키입니다.',
    check: '새 키를 만들거나 교체하세요. 안 되면 운영자에게 문의하세요.',
  },
  insufficient_scope: {
    title: '권한이 부족합니다',
    meaning: '키는 유효하지만 이 경로에 필요한 권한 범위가 없습니다.',
    check: 'detail에 적힌 권한 범위.',
  },
  tenant_suspended: {
    title: '이용이 정지되었습니다',
    meaning: '운영자가 이 테넌트를 정지했습니다.',
    check: '운영자에게 문의하세요.',
  },
  operator_required: {
    title: '운영자 로그인이 필요합니다',
    meaning: '운영자를 위한 경로인데 요청에 유효한 운영자 자격이 없습니다.',
    check: '관리자 시크릿이나 Cloudflare Access 토큰을 보내세요.',
  },
  node_credential_required: {
    title: '참여 토큰이나 노드 자격 증명이 필요합니다',
    meaning: '노드가 유효한 참여 토큰이나 자격 증명 없이 참여하거나 임대를 갱신하려고 했습니다.',
    check: '운영자에게 새 참여 토큰을 받거나, 노드를 원래의 자격 증명 파일로 시작하세요.',
  },
  status_token_required: {
    title: '상태 토큰이 필요합니다',
    meaning: '신청을 보거나 바꾸는 경로인데 요청에 Authorization: Bearer 헤더가 없습니다.',
    check: '신청할 때 받은 상태 토큰을 보내세요.',
  },
  link_not_valid: {
    title: '유효하지 않은 링크입니다',
    meaning: '알 수 없거나, 이미 쓰였거나, 더 새로운 링크로 바뀌었거나, 기간이 지난 일회용 링크입니다.',
    check: '가장 최근에 받은 메일을 확인하세요. 신청 상태 페이지에서 진행 상황을 확인할 수 있습니다.',
  },
  rate_limited: {
    title: '요청이 너무 많습니다',
    meaning: '키, 테넌트 또는 주소의 요청 한도에 이르렀습니다.',
    check: 'Retry-After에 다시 시도할 시각이 있습니다.',
  },
  quota_exceeded: {
    title: '할당량을 모두 사용했습니다',
    meaning: '일일 토큰 할당량을 모두 사용했습니다.',
    check: 'Retry-After에 다음 날(한국 시간)이 시작되는 때가 있습니다.',
  },
  not_cached: {
    title: '저장된 판정이 없습니다',
    meaning: 'only-if-cached 요청인데 답할 수 있는 저장된 판정이 없습니다.',
    check: 'only-if-cached 없이 보내면 새로 판정합니다.',
  },
  idempotency_mismatch: {
    title: '같은 Idempotency-Key로 다른 본문을 보냈습니다',
    meaning: '이 키는 앞서 다른 요청에 쓰였습니다.',
    check: '다른 요청에는 새 Idempotency-Key를 쓰세요.',
  },
  idempotency_in_progress: {
    title: '같은 Idempotency-Key의 요청이 아직 진행 중입니다',
    meaning: '앞서 보낸 같은 요청이 끝나지 않았습니다.',
    check: 'Retry-After가 지난 뒤 다시 보내세요.',
  },
  no_node_available: {
    title: '요청을 받을 노드가 없습니다',
    meaning: '이 모델을 제공하면서 여유가 있는 노드가 없습니다.',
    check: 'Retry-After가 지난 뒤 다시 시도하세요. 운영자는 노드 상태를 볼 수 있습니다.',
  },
  node_failed: {
    title: '노드에서 실패했습니다',
    meaning: '노드가 오류로 답했거나 모델의 답이 아닌 것을 보냈습니다.',
    check: '다시 시도하세요. 요청 번호로 기록에서 원인을 찾을 수 있습니다.',
  },
  node_timeout: {
    title: '노드가 너무 오래 걸립니다',
    meaning: '노드가 제한 시간 안에 답하지 않았습니다.',
    check: '나중에 다시 시도하세요.',
  },
  stream_interrupted: {
    title: '답이 중간에 끊겼습니다',
    meaning: '노드가 답을 다 보내기 전에 연결을 끊었습니다. 아무것도 저장해 두지 않았습니다.',
    check: '다시 시도하세요.',
  },
  model_changed: {
    title: '모델이 바뀌었습니다',
    meaning: '요청을 처리하는 동안 노드의 가중치가 새것으로 바뀌었습니다. 아무것도 저장하지 않았습니다.',
    check: '다시 보내면 새 가중치로 판정합니다.',
  },
  overloaded: {
    title: '대기열이 가득 찼습니다',
    meaning: '노드가 받을 수 있는 만큼의 요청이 이미 기다리고 있습니다.',
    check: '실제 처리 속도로 계산한 Retry-After.',
  },
  engine_unavailable: {
    title: '엔진이 준비되지 않았습니다',
    meaning: '엔진이 시작 중이거나, 종료 준비 중이거나, 멈춘 뒤 다시 시작하고 있습니다.',
    check: '노드의 GET /health에 상태와 이유가 있습니다.',
  },
  engine_timeout: {
    title: '엔진의 제한 시간에 이르렀습니다',
    meaning: '노드가 허용하는 시간보다 오래 기다렸거나 오래 실행되었습니다.',
    check: 'detail에 적힌 제한.',
  },
  storage_unavailable: {
    title: '저장소가 답하지 않습니다',
    meaning: '데이터베이스에 닿을 수 없어 아무것도 하지 않았습니다.',
    check: 'Retry-After.',
  },
  storage_full: {
    title: '테넌트의 저장 공간이 가득 찼습니다',
    meaning: '테넌트에 허용된 만큼 이미 저장되어 있어 더 올릴 수 없습니다.',
    check: '더 필요하지 않은 평가, 파일 또는 판정을 지우세요.',
  },
  not_configured: {
    title: '운영자가 아직 설정하지 않았습니다',
    meaning: '이 경로에 필요한 비밀 값이나 설정이 없거나 잘못되었습니다.',
    check: 'detail에 적힌 설정. docs/ACCESS.md에 모두 정리되어 있습니다.',
  },
  internal_error: {
    title: '서버에서 문제가 생겼습니다',
    meaning: '예상하지 못한 오류입니다. 요청 번호와 함께 기록되었습니다.',
    check: '요청 번호를 알려 주세요.',
  },
}
