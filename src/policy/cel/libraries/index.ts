import type { Library } from '#policy/cel/function.ts';
import { authorizer } from './authorizer.ts';
import { base64 } from './base64.ts';
import { cidr } from './cidr.ts';
import { ip } from './ip.ts';
import { jsonpatch } from './jsonpatch.ts';
import { lists } from './lists.ts';
import { math } from './math.ts';
import { namedFormats } from './named-formats.ts';
import { optionals } from './optionals.ts';
import { quantity } from './quantity.ts';
import { regex } from './regex.ts';
import { semver } from './semver.ts';
import { sets } from './sets.ts';
import { strings } from './strings.ts';
import { urls } from './urls.ts';

/** What Kubernetes adds to CEL ("Common Expression Language in Kubernetes", "CEL community libraries" and "Kubernetes libraries"). */
export const kubernetesLibraries: readonly Library[] = [
  optionals,
  lists,
  strings,
  base64,
  sets,
  math,
  regex,
  urls,
  quantity,
  semver,
  ip,
  cidr,
  namedFormats,
  jsonpatch,
  authorizer,
];
