import type { Library } from '#policy/cel/function.ts';
import { kubernetesLibraries } from '#policy/cel/libraries/index.ts';
import { hash } from './hash.ts';
import { imageData } from './image-data.ts';
import { image } from './image.ts';
import { json } from './json.ts';
import { math } from './math.ts';
import { refused } from './refused.ts';
import { resource } from './resource.ts';
import { time } from './time.ts';
import { transform } from './transform.ts';
import { user } from './user.ts';
import { x509 } from './x509.ts';
import { yaml } from './yaml.ts';

/**
 * What expressions of Kyverno's policies may call.
 * @param home the namespace of the policy, if it is in one: it may read objects of that alone
 */
export function kyvernoLibraries(home: string | undefined): readonly Library[] {
  return [
    ...kubernetesLibraries,
    image,
    imageData,
    resource(home),
    user,
    hash,
    json,
    yaml,
    x509,
    time,
    math,
    transform,
    refused,
  ];
}
