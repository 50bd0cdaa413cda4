/**
 * Whether a text is put together when it is used: Go templates, variables of shells, of CI and of engines. No reference has these
 * characters, so that nothing is taken for a template that is none.
 */
export function isTemplate(text: string): boolean {
  return /[$%{}<>]|\[\[/.test(text);
}
