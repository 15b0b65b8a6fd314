import { type Language, parseLanguage } from '../../schema/messages/language.ts'
import type { GatewayContext } from './context.ts'

/** The language of messages in the answer: what `Accept-Language` asks for, else English. */
export const readerLanguage = (c: GatewayContext): Language => parseLanguage(c.req.header('accept-language'))
