import { existsSync } from 'node:fs';
import { imageError } from '#image/errors.ts';
import { folderFiles, openIn } from '#image/file-set.ts';
import { openArchive } from '#image/archive.ts';
import { openImage } from '#image/image.ts';
import { layoutStore } from '#image/layout.ts';
import type { Source } from './source.ts';

/** `oci:DIR[:TAG]` and `oci:DIR@sha256:…`: an OCI image layout in a folder. */
export const oci: Source = {
  async open(name, { platform }) {
    const { path, wanted } = splitPath(name);
    return openImage(`oci:${name}`, await layoutStore(path, folderFiles(path), wanted), platform);
  },
};

/** `oci-archive:FILE[:TAG]`: the same in a tar, as `skopeo copy` and `docker buildx build -o type=oci` write it. */
export const ociArchive: Source = {
  async open(name, { platform }) {
    const { path, wanted } = splitPath(name);
    return openIn(await openArchive(path), async (files) => {
      if ((await files.size('index.json')) === undefined) throw noOciArchive(path);
      return openImage(`oci-archive:${name}`, await layoutStore(path, files, wanted), platform);
    });
  },
};

function noOciArchive(path: string) {
  return imageError('source-unreadable', `${path} is not an OCI archive: it has no index.json`, {
    hint: 'make it with skopeo copy; what docker save writes is docker-archive:FILE',
  });
}

/**
 * Parts a path from the image that is meant in it. Both may have colons themselves, so the longest path that exists wins.
 * @throws `source-not-found`
 */
export function splitPath(name: string): { path: string; wanted: string | undefined } {
  if (name === '') {
    throw imageError('source-not-found', 'after the colon comes a path, and there is none', { hint: pathHint });
  }
  if (existsSync(name)) return { path: name, wanted: undefined };
  for (let end = name.length; end > 0;) {
    end = Math.max(name.lastIndexOf(':', end - 1), name.lastIndexOf('@', end - 1));
    if (end > 0 && existsSync(name.slice(0, end))) return { path: name.slice(0, end), wanted: name.slice(end + 1) };
  }
  throw imageError('source-not-found', `${name} does not exist`, { hint: pathHint });
}

const pathHint = 'write the path, and after a colon the tag';
