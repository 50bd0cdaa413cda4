import type { Cataloger } from '#inventory/cataloger.ts';
import { apk } from './apk/cataloger.ts';
import { dpkg } from './dpkg/cataloger.ts';
import { goBinary } from './go-binary/cataloger.ts';
import { release } from './release.ts';
import { rpm } from './rpm/cataloger.ts';
import { rustBinary } from './rust-binary/cataloger.ts';

/** Every cataloger there is. To add one, write its folder and name it here. */
export const catalogers: readonly Cataloger[] = [release, dpkg, apk, rpm, goBinary, rustBinary];
