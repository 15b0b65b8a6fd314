import { type TemplateName, templates } from './templates.ts'

/** Stands for the template of a prompt that was given byte for byte and is none of the templates. */
export const customPrompt = 'custom'

/** The version of a template; 0 where there is none. */
export const getTemplateVersion = (template: TemplateName | typeof customPrompt): number =>
  template === customPrompt ? 0 : templates[template].version
