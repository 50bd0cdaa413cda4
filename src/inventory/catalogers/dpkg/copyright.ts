/**
 * The licences that a Debian copyright file names: the short names of the machine-readable format 1.0, and in older files the
 * texts in /usr/share/common-licenses that they point to.
 */
export function licensesInCopyright(text: string): string[] {
  const named = text.matchAll(/^License:[ \t]*(\S[^\n]{0,200})$/gm);
  const pointed = text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z][\w.+-]{0,40})/g);
  const found = [...named].map(([, name = '']) => name.trim());
  if (found.length === 0) found.push(...[...pointed].map(([, name = '']) => name.replace(/\.$/, '')));
  return [...new Set(found)].toSorted();
}
