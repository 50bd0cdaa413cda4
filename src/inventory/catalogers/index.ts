import type { Cataloger } from '#inventory/cataloger.ts';
import { apk } from './apk/cataloger.ts';
import { dpkg } from './dpkg/cataloger.ts';
import { dotnet } from './dotnet/cataloger.ts';
import { goBinary } from './go-binary/cataloger.ts';
import { java } from './java/cataloger.ts';
import { javaRuntime } from './java/runtime.ts';
import { npm } from './npm/cataloger.ts';
import { php } from './php/cataloger.ts';
import { python } from './python/cataloger.ts';
import { release } from './release.ts';
import { rpm } from './rpm/cataloger.ts';
import { ruby } from './ruby/cataloger.ts';
import { rustBinary } from './rust-binary/cataloger.ts';

/** Every cataloger there is. To add one, write its folder and name it here. */
export const catalogers: readonly Cataloger[] = [
  release,
  dpkg,
  apk,
  rpm,
  goBinary,
  rustBinary,
  npm,
  python,
  java,
  javaRuntime,
  ruby,
  php,
  dotnet,
];
