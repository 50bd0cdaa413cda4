import type { Cataloger } from '#inventory/cataloger.ts';
import { readArchive } from './archive.ts';

const javaArchive = /\.(?:jar|war|ear|jpi|hpi)$/i;

/** Extensions that other formats have as well: these archives are told by their first bytes. */
const maybeJavaArchive = /\.(?:par|kar|nar|sar|rar)$/i;

/**
 * Maven artifacts in Java archives: libraries, applications of web and enterprise servers, plugins of Jenkins, bundles of Karaf
 * and NiFi; whatever lies in them or was shaded into them counts where it lies.
 */
export const java: Cataloger = {
  name: 'java',
  wants: ({ path, nature }) =>
    path.at(-4) === '.' &&
    (javaArchive.test(path) || ((nature === 'zip' || nature === 'unknown') && maybeJavaArchive.test(path))),
  read: ({ path, content }) => readArchive(content, path),
};
