import { type TemplateName } from './templates.ts'
/** Stands for the template of a prompt that was given byte for byte and is none of the templates. */
export declare const customPrompt = 'custom'
/** The version of a template; 0 where there is none. */
export declare const getTemplateVersion: (template: TemplateName | typeof customPrompt) => number
