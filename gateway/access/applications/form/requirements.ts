import { type FormField, formFields } from '../../../../schema/api/application.ts'
import { reason } from '../../../../schema/api/errors.ts'
import { notConfigured, operatorSetting } from '../../operator-setting.ts'

export type Requirement = 'required' | 'optional' | 'absent'
export type Requirements = Readonly<Record<FormField, Requirement>>

/** The fields that the model's owner requires. `company` and `department` apply to companies only. */
const asTheOwnerAsks: Requirements = {
  name: 'required',
  date_of_birth: 'required',
  over_14: 'absent',
  company: 'required',
  department: 'optional',
  position: 'required',
  email: 'required',
  phone: 'required',
  affiliation: 'required',
  purpose: 'required',
  model: 'required',
  model_version: 'optional',
  reason: 'required',
  objectives: 'required',
  use_cases: 'required',
  security_plan: 'required',
}

/**
 * The requirements with the operator's changes, for example `{"date_of_birth":"absent","over_14":"required"}`
 * to ask for the age limit only. The e-mail address stays required: without it neither
 * an answer nor a key could reach the applicant.
 */
export function formRequirements(configured: string | undefined): Requirements {
  const changes = operatorSetting('APPLICATION_FIELDS', configured)
  for (const [field, requirement] of Object.entries(changes)) {
    const known = field in formFields && ['required', 'optional', 'absent'].includes(String(requirement))
    if (!known || (field === 'email' && requirement !== 'required')) {
      throw notConfigured(reason('form_requirement', { field, requirement: String(requirement) }))
    }
  }
  return { ...asTheOwnerAsks, ...(changes as Partial<Requirements>) }
}
