import { asText } from '#kit/narrow.ts';
import type { ObjectImage } from './object-image.ts';
import { stepInto } from './pointer.ts';
import type { PodSpec } from './pod-specs.ts';

/** The lists of a pod in which containers are. */
export const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/**
 * The images of a pod: of its containers of all three lists, and of volumes that are images (Kubernetes 1.31). What should be an image
 * and is no text is an image without a name, so that nothing is passed over.
 */
export function imagesOfPod({ spec, pointer }: PodSpec): ObjectImage[] {
  const containers = containerLists.flatMap((list) =>
    items(spec[list]).map(({ item, at }) => ({
      list,
      name: textIn(item, 'name'),
      image: textIn(item, 'image'),
      pointer: at === undefined ? `${pointer}/${list}` : `${pointer}/${list}/${at}/image`,
    })),
  );
  const volumes = items(spec['volumes']).flatMap(({ item, at }) => {
    const image = stepInto(item, 'image');
    if (at !== undefined && (image === undefined || image === null)) return [];
    const place = at === undefined ? '' : `/${at}/image/reference`;
    const reference = textIn(image, 'reference');
    return [
      { list: 'volumes' as const, name: textIn(item, 'name'), image: reference, pointer: `${pointer}/volumes${place}` },
    ];
  });
  return [...containers, ...volumes];
}

/** What a list holds. What is there and is no list is one thing that cannot be read. */
function items(list: unknown): { readonly item: unknown; readonly at?: number }[] {
  if (list === undefined || list === null) return [];
  return Array.isArray(list) ? list.map((item: unknown, at) => ({ item, at })) : [{ item: undefined }];
}

function textIn(value: unknown, key: string): string {
  return asText(stepInto(value, key)) ?? '';
}
