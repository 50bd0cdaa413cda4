import { join } from 'node:path';
import { newFolder } from '#kit/testing.ts';
import { checkout, command, missingPrograms, succeed } from './bulla.ts';

const builder = join(checkout, 'deploy/image/build.sh');
const node = join(checkout, 'node_modules/.bin');

/** Packages come from wherever this machine's apt takes them. */
async function missingPackages(): Promise<string | undefined> {
  const uris = await command('apt-get', ['download', '--print-uris', '-qq', 'libc6']);
  return uris.code === 0 ? undefined : 'apt-get knows no packages here: apt-get update';
}

/** The reason why the container image of Bulla cannot be built here, or nothing. */
export const missingOwnImage =
  (await missingPrograms('umoci', 'apt-get', 'dpkg-deb', 'npm')) ?? (await missingPackages());

/** Builds it. @returns the layout, in which it is `1` */
export async function buildOwnImage(): Promise<string> {
  const folder = join(newFolder('own-image'), 'layout');
  const env = {
    PATH: `${node}:${process.env['PATH'] ?? ''}`,
    HOME: newFolder('home'),
    SOURCE_DATE_EPOCH: '1767225600',
  };
  await succeed(builder, [`${folder}:1`], { env });
  return folder;
}
