import type { Library } from '#policy/cel/function.ts';
import { authorizer } from './authorizer.ts';
import { base64 } from './base64.ts';
import { lists } from './lists.ts';
import { math } from './math.ts';
import { optionals } from './optionals.ts';
import { sets } from './sets.ts';
import { strings } from './strings.ts';

/** What Kubernetes adds to CEL ("Common Expression Language in Kubernetes", "CEL community libraries" and "Kubernetes libraries"). */
export const kubernetesLibraries: readonly Library[] = [optionals, lists, strings, base64, sets, math, authorizer];
