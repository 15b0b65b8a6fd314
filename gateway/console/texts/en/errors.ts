import { errorCodes } from '../../../../schema/api/error-codes.ts'
import type { Texts } from '../ko.ts'

/** The table itself is in English. */
export const errors: Texts['errors'] = errorCodes
