import { type TemplateName, templates } from './templates.ts'

/** Template name of a prompt that was given byte for byte and matches no template. */
export const customPrompt = 'custom'

/** The version of a template; 0 where there is none. */
export const getTemplateVersion = (template: TemplateName | typeof customPrompt): number =>
  template === customPrompt ? 0 : templates[template].version
