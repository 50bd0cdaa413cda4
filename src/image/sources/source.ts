import type { Image } from '#image/image.ts';
import type { Platform } from '#image/platform.ts';
import type { RegistryOptions } from '#image/registry/options.ts';

/** One kind of place that images come from. Each is one file, listed in `index.ts`. */
export interface Source {
  /** Opens the image that `name`, the text after the colon, stands for. Whoever opened it closes its store. */
  open(name: string, options: SourceOptions): Promise<Image>;
}

export interface SourceOptions {
  readonly platform: Platform;
  readonly registry: RegistryOptions;
  /** Ask nothing on the network. */
  readonly offline?: boolean;
  /** The environment in which engines and their sockets are looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
