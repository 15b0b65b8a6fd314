import { type FormValues, personFields, requestFields } from '../../../../schema/api/application.ts'
import type { Person, Request } from '../application-store.ts'

/** Divides the form into who applies and what for: two records, sealed apart. */
export function splitForm(values: FormValues): { person: Person; form: Request['form'] } {
  const pick = (fields: object) =>
    Object.fromEntries(
      Object.entries(values).filter(([field, value]) => field in fields && value !== undefined),
    )
  return { person: pick(personFields) as Person, form: pick(requestFields) as Request['form'] }
}
