/** What there is, what can be done with it, and settings of the operator. */
export const resources = {
  // what there is and what can be done with it
  no_such_thing: 'Not found.',
  no_judgment: 'There is no judgment with this id.',
  no_share_link: 'This link does not open anything: it is wrong, expired or revoked.',
  too_many_share_links: 'An evaluation has at most {maximum} links. Revoke one first.',
  no_audit: 'There is no audit with this id.',
  audit_runs: 'The audit is still running. Its report can be read when it is completed or cancelled.',
  no_evaluation: 'There is no evaluation with this id.',
  no_evaluation_row: 'The evaluation has no such row, or that turn of it is not judged.',
  no_row_label: 'This turn of the row has no label given by hand.',
  no_batch: 'There is no batch with this id.',
  no_file_with_id: 'There is no file with this id.',
  no_key: 'There is no key with this id.',
  no_tenant: 'There is no tenant with this id.',
  no_application: 'There is no application with this id.',
  no_reviewer: 'There is no reviewer with this id. Reviewers are operators who have opened an application.',
  no_mail: 'There is no mail with this id.',
  join_token_invalid: 'The join token is missing, unknown, expired or used up: Authorization: Bearer njt_…',
  node_credential_invalid: 'The credential does not belong to a registered node.',
  no_join_token: 'There is no join token with this id.',
  no_node_with_id: 'There is no node with this id.',
  node_exists: 'There is a node "{id}" already.',
  unknown_plan: 'there is no plan "{plan}"',
  prompt_not_kept:
    'The prompt of this judgment was given with its request and was not kept: it cannot be replayed.',
  key_limit: 'A tenant can have {maximum} active keys. Revoke one first, or rotate with "grace_seconds": 0.',
  last_manage_key:
    'This is the last key with the scope "manage": without it the tenant cannot manage its keys. Create another one first, or repeat the request with ?confirm=lockout.',
  key_ended: 'The key is revoked, expired or replaced already.',
  scopes_not_granted: 'the tenant was not granted: {scopes}',
  email_unverified: 'The email address is not verified yet. Applications are reviewed after that.',
  email_verified: 'The email address is verified.',
  consent_data_destroyed: 'The personal data was destroyed, so there is nothing left to consent to.',
  personal_data_destroyed: 'The personal data was destroyed.',
  application_revised:
    'The application changed after it was shown (revision {shown}, now {now}). Read it again before you decide.',
  application_assigned: 'The application was assigned to somebody else meanwhile. Read it again.',
  too_many_notes: 'An application has at most {maximum} notes.',
  application_closed: 'The application is "{status}" and can no longer be changed.',
  application_changed: 'Somebody else changed the application at the same moment. Read it again.',
  application_step: 'The application is "{status}", from which "{event}" is impossible.',
  application_unverified:
    'The application is "{status}", from which "{event}" is impossible. The email address is not verified yet.',
  link_not_valid: 'The link is unknown, used, replaced by a newer one, or expired.',

  // settings of the operator
  setting_missing: '{setting} is not set.',
  setting_not_json: '{setting} is not JSON.',
  admin_secret_short: 'ADMIN_SECRET needs at least {minimum} characters.',
  node_address:
    'NODES: address {number} must be an http(s) URL without user name, password, query or fragment.',
  retention_days: 'RETENTION: "{name}" needs a whole number of days from 1 to 3650.',
  form_requirement: 'APPLICATION_FIELDS: "{field}" cannot be "{requirement}".',
  master_secret_gone: 'The master secret {id} is not configured any more.',
  master_secret_short: 'A master secret needs at least 32 bytes, in base64.',
  master_secret_base64: 'A master secret is not base64.',
} as const
