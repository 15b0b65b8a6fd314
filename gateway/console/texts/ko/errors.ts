import type { ErrorCode } from '../../../../schema/api/error-codes.ts'

export interface ErrorText {
  title: string
  meaning: string
  check: string
}

/** The table of schema/api/error-codes.ts in Korean. */
export const errors: Record<ErrorCode, ErrorText> = {
  invalid_json: {
    title: '본문이 JSON이 아닙니다',
    meaning: '요청 본문을 UTF-8 JSON으로 읽을 수 없습니다.',
    check: 'Content-Type: application/json 헤더와 함께 JSON 객체를 보내세요.',
  },
  invalid_request: {
    title: '누락되었거나 잘못된 항목이 있습니다',
    meaning:
      '누락되었거나, 형식이 다르거나, 범위를 벗어났거나, 알 수 없는 항목이 있습니다. errors에서 항목별로 확인할 수 있습니다.',
    check: 'errors에 있는 항목 이름과 허용되는 값을 확인하세요.',
  },
  invalid_encoding: {
    title: '텍스트가 UTF-8이 아닙니다',
    meaning:
      '본문, 폼 항목, 파일 또는 쿼리가 CP949처럼 UTF-8이 아닌 인코딩이거나, 짝이 없는 서로게이트가 들어 있습니다. 아무것도 저장하지 않았고 노드에도 보내지 않았습니다.',
    check:
      '먼저 UTF-8로 변환하세요: iconv -f CP949 -t UTF-8. 항목이나 줄 번호는 errors에서 확인할 수 있습니다.',
  },
  incomplete_body: {
    title: '본문이 중간에 끊겼습니다',
    meaning: '본문이 명시된 길이보다 짧거나, 청크 또는 압축 형식이 잘못되었습니다.',
    check: '전체를 다시 보내세요.',
  },
  body_timeout: {
    title: '본문 수신 시간이 초과되었습니다',
    meaning: '제한 시간 안에 요청 본문을 모두 받지 못했습니다.',
    check: '더 빠른 연결로 보내거나 나누어 보내세요.',
  },
  context_length_exceeded: {
    title: '입력이 모델의 컨텍스트보다 깁니다',
    meaning: '프롬프트가 모델의 컨텍스트를 거의 다 차지해 판정을 생성할 여유가 없습니다.',
    check: 'detail에 적힌 토큰 수를 보고 질문, 답변 또는 참고 답변을 줄이세요.',
  },
  body_too_large: {
    title: '본문이 너무 큽니다',
    meaning: '이 경로에서 허용하는 크기를 넘었거나, 압축을 풀면 지나치게 커집니다.',
    check: 'detail에 있는 한도를 확인하세요.',
  },
  unsupported_media_type: {
    title: '지원하지 않는 콘텐츠 형식입니다',
    meaning: '이 경로에서는 이 Content-Type을 받지 않습니다.',
    check: 'Content-Type: application/json으로 보내세요.',
  },
  not_found: {
    title: '찾을 수 없습니다',
    meaning: '경로나 대상이 없거나 접근 권한이 없습니다.',
    check: '경로와 ID를 확인하세요.',
  },
  method_not_allowed: {
    title: '허용되지 않는 메서드입니다',
    meaning: '경로는 있지만 이 메서드로는 요청할 수 없습니다.',
    check: '허용되는 메서드는 Allow 헤더에 있습니다.',
  },
  model_not_found: {
    title: '제공하지 않는 모델입니다',
    meaning: '요청한 모델을 제공하는 노드가 없거나, 이 키로 쓸 수 없는 모델입니다.',
    check: '사용할 수 있는 모델은 GET /v1/models에서 확인하세요.',
  },
  conflict: {
    title: '현재 상태에서는 할 수 없습니다',
    meaning: '대상의 현재 상태에서는 이 작업을 할 수 없습니다. 예: 이미 처리된 신청',
    check: 'detail에 있는 현재 상태를 확인하세요.',
  },
  missing_api_key: {
    title: 'API 키가 필요합니다',
    meaning: '요청에 Authorization: Bearer 헤더가 없습니다.',
    check: '발급받은 키를 보내세요. 키는 사용 신청이 승인되면 받을 수 있습니다.',
  },
  malformed_api_key: {
    title: 'API 키 형식이 잘못되었습니다',
    meaning: 'keval 키 형식이 아니거나 마지막 검사 문자가 맞지 않습니다. 대개 복사나 입력 실수입니다.',
    check: '따옴표나 공백 없이 키 전체를 다시 복사하세요.',
  },
  invalid_api_key: {
    title: '유효하지 않은 API 키입니다',
    meaning: '알 수 없거나, 폐기되었거나, 만료된 키입니다.',
    check: '새 키를 만들거나 운영자에게 문의하세요.',
  },
  insufficient_scope: {
    title: '권한이 부족합니다',
    meaning: '키는 유효하지만 이 경로에 필요한 권한 범위가 없습니다.',
    check: 'detail에 있는 권한 범위를 확인하세요.',
  },
  tenant_suspended: {
    title: '이용이 정지되었습니다',
    meaning: '운영자가 이 테넌트를 정지했습니다.',
    check: '운영자에게 문의하세요.',
  },
  operator_required: {
    title: '운영자 로그인이 필요합니다',
    meaning: '운영자 전용 경로인데 유효한 운영자 자격 증명이 없습니다.',
    check: '관리자 시크릿이나 Cloudflare Access 토큰을 보내세요.',
  },
  node_credential_required: {
    title: '참여 토큰이나 노드 자격 증명이 필요합니다',
    meaning: '노드가 유효한 참여 토큰이나 자격 증명 없이 등록 또는 임대 갱신을 요청했습니다.',
    check: '운영자에게 새 참여 토큰을 받거나, 기존 자격 증명 파일로 노드를 시작하세요.',
  },
  status_token_required: {
    title: '상태 토큰이 필요합니다',
    meaning: '신청을 조회하거나 수정하는 경로인데 요청에 Authorization: Bearer 헤더가 없습니다.',
    check: '신청할 때 받은 상태 토큰을 보내세요.',
  },
  link_not_valid: {
    title: '유효하지 않은 링크입니다',
    meaning: '알 수 없거나, 이미 사용했거나, 새 링크로 교체되었거나, 만료된 일회용 링크입니다.',
    check: '가장 최근에 받은 메일의 링크를 여세요. 진행 상황은 신청 상태 페이지에서 볼 수 있습니다.',
  },
  rate_limited: {
    title: '요청이 너무 많습니다',
    meaning: '키, 테넌트 또는 IP 주소의 요청 한도를 초과했습니다.',
    check: 'Retry-After에 표시된 시간이 지난 뒤 다시 시도하세요.',
  },
  quota_exceeded: {
    title: '할당량을 모두 사용했습니다',
    meaning: '일일 토큰 할당량을 모두 사용했습니다.',
    check: 'Retry-After는 다음 날 0시(한국 시간)까지 남은 시간입니다.',
  },
  not_cached: {
    title: '저장된 판정이 없습니다',
    meaning: 'only-if-cached로 요청했지만 저장된 판정이 없습니다.',
    check: 'only-if-cached를 빼고 보내면 새로 판정합니다.',
  },
  idempotency_mismatch: {
    title: '같은 Idempotency-Key로 다른 본문을 보냈습니다',
    meaning: '이 Idempotency-Key는 이미 다른 요청에 사용되었습니다.',
    check: '다른 요청에는 새 Idempotency-Key를 쓰세요.',
  },
  idempotency_in_progress: {
    title: '같은 Idempotency-Key의 요청이 아직 진행 중입니다',
    meaning: '같은 Idempotency-Key로 먼저 보낸 요청이 끝나지 않았습니다.',
    check: 'Retry-After가 지난 뒤 다시 보내세요.',
  },
  no_node_available: {
    title: '요청을 처리할 노드가 없습니다',
    meaning: '이 모델을 제공하는 노드가 모두 응답하지 않거나 여유가 없습니다.',
    check: 'Retry-After가 지난 뒤 다시 시도하세요. 운영자는 노드 상태를 확인하세요.',
  },
  node_failed: {
    title: '노드에서 오류가 발생했습니다',
    meaning: '노드가 오류를 반환했거나 모델 응답이 아닌 내용을 보냈습니다.',
    check: '다시 시도하세요. 원인은 로그에서 요청 번호로 찾을 수 있습니다.',
  },
  node_timeout: {
    title: '노드의 응답 시간이 초과되었습니다',
    meaning: '노드가 제한 시간 안에 응답하지 않았습니다.',
    check: '나중에 다시 시도하세요.',
  },
  stream_interrupted: {
    title: '응답이 중간에 끊겼습니다',
    meaning: '노드가 응답을 다 보내기 전에 연결을 끊었습니다. 아무것도 저장하지 않았습니다.',
    check: '다시 시도하세요.',
  },
  model_changed: {
    title: '모델이 바뀌었습니다',
    meaning: '요청을 처리하는 동안 노드의 모델 가중치가 바뀌었습니다. 아무것도 저장하지 않았습니다.',
    check: '다시 보내면 새 가중치로 판정합니다.',
  },
  overloaded: {
    title: '대기열이 가득 찼습니다',
    meaning: '노드의 대기열에 더 이상 요청을 추가할 수 없습니다.',
    check: 'Retry-After가 지난 뒤 다시 시도하세요. 실제 처리 속도로 계산한 값입니다.',
  },
  engine_unavailable: {
    title: '엔진이 준비되지 않았습니다',
    meaning: '엔진이 시작하는 중이거나, 종료를 준비하는 중이거나, 오류로 다시 시작하는 중입니다.',
    check: '노드의 GET /health에서 상태와 이유를 확인하세요.',
  },
  engine_timeout: {
    title: '엔진의 제한 시간을 초과했습니다',
    meaning: '요청이 노드가 허용하는 시간보다 오래 대기하거나 실행되었습니다.',
    check: 'detail에 있는 제한 시간을 확인하세요.',
  },
  storage_unavailable: {
    title: '저장소가 응답하지 않습니다',
    meaning: '데이터베이스에 연결하지 못해 요청을 처리하지 않았습니다.',
    check: 'Retry-After가 지난 뒤 다시 시도하세요.',
  },
  storage_full: {
    title: '테넌트의 저장 공간이 가득 찼습니다',
    meaning: '테넌트의 저장 한도에 도달해 더 이상 업로드할 수 없습니다.',
    check: '필요 없는 평가, 파일 또는 판정을 삭제하세요.',
  },
  not_configured: {
    title: '서버 설정이 완료되지 않았습니다',
    meaning: '이 경로에 필요한 시크릿이나 설정이 없거나 잘못되었습니다.',
    check: 'detail에 있는 설정을 확인하세요. 전체 설정은 docs/ACCESS.md에 있습니다.',
  },
  internal_error: {
    title: '서버 오류가 발생했습니다',
    meaning: '예기치 않은 오류입니다. 요청 번호와 함께 로그에 기록되었습니다.',
    check: '운영자에게 요청 번호를 알려 주세요.',
  },
}
