import type { Cataloger } from '#inventory/cataloger.ts';
import { apk } from './apk/cataloger.ts';
import { dpkg } from './dpkg/cataloger.ts';
import { release } from './release.ts';

/** Every cataloger there is. To add one, write its folder and name it here. */
export const catalogers: readonly Cataloger[] = [release, dpkg, apk];
