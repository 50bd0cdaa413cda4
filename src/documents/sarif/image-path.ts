/** What relative paths of the log are relative to. */
export const imageBaseId = 'IMAGE';

/**
 * A path in an image as a relative URI (RFC 3986, section 4.2), percent-encoded. Steps upwards are left out, so that no viewer can
 * be led out of the folder in which it looks.
 */
export function imagePathUri(path: string): string {
  const steps = path
    .toWellFormed()
    .split('/')
    .filter((step) => step !== '' && step !== '.' && step !== '..');
  return steps.length === 0 ? '.' : steps.map(encodeURIComponent).join('/');
}
