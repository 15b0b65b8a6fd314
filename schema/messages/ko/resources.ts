import type { resources as english } from '../en/resources.ts'

export const resources: Record<keyof typeof english, string> = {
  // 대상과 상태
  no_such_thing: '찾을 수 없습니다.',
  no_judgment: '이 ID의 판정이 없습니다.',
  no_share_link: '잘못되었거나, 만료되었거나, 취소된 링크입니다.',
  too_many_share_links: '평가 하나에 링크는 {maximum}개까지 만들 수 있습니다. 먼저 하나를 취소하세요.',
  no_audit: '이 ID의 심판 점검이 없습니다.',
  audit_runs: '심판 점검이 아직 진행 중입니다. 보고서는 점검이 완료되거나 중지된 뒤에 볼 수 있습니다.',
  export_not_ended: '평가 상태가 "{status}"입니다. 평가가 완료되거나 중지된 뒤에 내보낼 수 있습니다.',
  export_of_audit: '심판 점검 {audit}의 사례를 판정하는 평가여서 따로 내보낼 수 없습니다.',
  evaluation_imported: '이미 있는 평가입니다({evaluation}). 다시 가져오려면 그 평가를 먼저 삭제하세요.',
  imported_not_resumed: '가져온 평가는 여기서 판정하지 않으므로 재개할 수 없습니다.',
  no_evaluation: '이 ID의 평가가 없습니다.',
  no_webhook: '이 ID의 웹훅이 없습니다.',
  too_many_webhooks: '웹훅은 {maximum}개까지 만들 수 있습니다. 먼저 하나를 삭제하세요.',
  no_dataset: '이 다이제스트의 데이터셋이 없습니다.',
  no_evaluation_row: '평가에 이 행이 없거나 판정하지 않는 턴입니다.',
  no_row_label: '이 턴에는 직접 붙인 라벨이 없습니다.',
  no_batch: '이 ID의 배치가 없습니다.',
  no_file_with_id: '이 ID의 파일이 없습니다.',
  no_key: '이 ID의 키가 없습니다.',
  tenant_exists: '이미 있는 테넌트입니다: {tenant}(상태 "{status}"). 다시 가져오려면 먼저 삭제하세요.',
  tenant_has_data:
    '테넌트는 없지만 데이터가 남아 있습니다: {tenant}. 테넌트와 데이터가 모두 있는 백업을 복원하세요.',
  tenant_importing:
    '테넌트의 데이터를 아직 가져오는 중입니다: {tenant}. 가져오기를 마치거나 테넌트를 삭제하세요.',
  tenant_status: '테넌트의 상태가 "{status}"입니다. 필요한 상태: "{wanted}"',
  webhook_exists: '웹훅 {webhook}은(는) 다른 테넌트의 것으로 이미 있습니다.',
  webhook_secret_unknown:
    '다른 게이트웨이에서 옮겨 온 웹훅에는 시크릿이 없습니다. 웹훅을 켜기 전에 시크릿을 교체해 주세요.',
  webhook_test_repeated: '이 웹훅에 시험 메시지를 보낸 지 {seconds}초가 지나지 않았습니다.',
  key_exists: '다른 테넌트가 이미 쓰고 있는 키입니다: {key}',
  transfer_out_of_order: '{table} 표에는 지금까지 {rows}행이 있습니다. 그다음 행부터 보내세요.',
  no_tenant: '이 ID의 테넌트가 없습니다.',
  no_application: '이 ID의 신청이 없습니다.',
  no_reviewer: '이 ID의 심사자가 없습니다. 신청서를 열람한 적이 있는 운영자만 담당자로 지정할 수 있습니다.',
  no_mail: '이 ID의 메일이 없습니다.',
  join_token_invalid:
    '참여 토큰이 없거나, 유효하지 않거나, 만료되었거나, 사용 횟수를 모두 썼습니다: Authorization: Bearer njt_…',
  node_credential_invalid: '등록된 노드의 자격 증명이 아닙니다.',
  websocket_expected: '이 주소는 웹소켓으로 열어야 합니다.',
  no_join_token: '이 ID의 참여 토큰이 없습니다.',
  no_node_with_id: '이 ID의 노드가 없습니다.',
  node_exists: '이미 있는 노드 ID입니다: {id}',
  unknown_plan: '없는 요금제입니다: {plan}',
  prompt_not_kept: '요청에 담긴 프롬프트는 저장하지 않으므로 이 판정은 재현할 수 없습니다.',
  key_limit:
    '사용 중인 키는 테넌트당 {maximum}개까지입니다. 먼저 하나를 폐기하거나 "grace_seconds": 0으로 교체하세요.',
  last_manage_key:
    'manage 권한이 있는 마지막 키입니다. 이 키가 없으면 더 이상 키를 관리할 수 없습니다. 먼저 새 키를 만들거나 ?confirm=lockout을 붙여 다시 요청하세요.',
  key_ended: '이미 폐기, 만료 또는 교체된 키입니다.',
  scopes_not_granted: '테넌트에 부여되지 않은 권한입니다: {scopes}',
  email_unverified: '아직 이메일을 인증하지 않은 신청입니다. 인증한 뒤에 심사할 수 있습니다.',
  email_verified: '이미 인증된 이메일입니다.',
  consent_data_destroyed: '개인정보가 이미 파기되어 동의할 대상이 없습니다.',
  personal_data_destroyed: '개인정보가 이미 파기되었습니다.',
  application_revised:
    '열람한 뒤 신청서가 변경되었습니다(열람한 리비전 {shown}, 현재 리비전 {now}). 다시 확인한 뒤 결정해 주세요.',
  application_assigned: '그사이 담당자가 바뀌었습니다. 다시 확인해 주세요.',
  too_many_notes: '메모는 신청 하나에 {maximum}개까지 남길 수 있습니다.',
  application_closed: '신청 상태가 "{status}"이므로 수정할 수 없습니다.',
  application_changed: '그사이 다른 사람이 신청을 변경했습니다. 다시 확인해 주세요.',
  application_step: '신청 상태가 "{status}"일 때는 "{event}" 처리를 할 수 없습니다.',
  application_unverified:
    '신청 상태가 "{status}"일 때는 "{event}" 처리를 할 수 없습니다. 아직 이메일 인증 전입니다.',
  link_not_valid: '유효하지 않은 링크입니다. 이미 사용했거나 새 링크로 교체되었거나 만료되었습니다.',

  // 운영자 설정
  setting_missing: '{setting} 설정이 없습니다.',
  setting_not_json: '{setting} 설정이 JSON이 아닙니다.',
  admin_secret_short: 'ADMIN_SECRET은 {minimum}자 이상이어야 합니다.',
  node_address:
    'NODES: {number}번째 주소는 사용자 이름, 비밀번호, 쿼리, 프래그먼트가 없는 http(s) URL이어야 합니다.',
  retention_days: 'RETENTION: "{name}" 값은 1~3650 사이의 정수(일)여야 합니다.',
  form_requirement: 'APPLICATION_FIELDS: "{field}" 항목에 "{requirement}" 값을 쓸 수 없습니다.',
  data_location: 'DATA_LOCATION: "{field}" 항목이 없거나, 알 수 없거나, 텍스트가 아닙니다.',
  master_secret_gone: '마스터 시크릿 {id} 설정이 없습니다.',
  master_secret_short: '마스터 시크릿은 base64로 인코딩한 32바이트 이상이어야 합니다.',
  master_secret_base64: '마스터 시크릿이 base64 형식이 아닙니다.',
}
