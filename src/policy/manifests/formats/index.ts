import type { ManifestFormat } from '#policy/manifests/format.ts';
import { kubernetes } from './kubernetes.ts';

/** Every format of files that name images. To add one, write its file, and name it here and in `manifestFormatNames`. */
export const manifestFormats: readonly ManifestFormat[] = [kubernetes];
