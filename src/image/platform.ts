import { imageError } from './errors.ts';

/** What an image runs on, as the OCI image index names it. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Machine names as kernels and users write them, in the words of Go and OCI. */
const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  ia32: '386',
  i386: '386',
  i686: '386',
  aarch64: 'arm64',
  armhf: 'arm',
  ppc64el: 'ppc64le',
};

/** The variant that an architecture means when none is written, after containerd's platform rules. */
const impliedVariants: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };

/**
 * Reads `os/architecture[/variant]`, or an architecture alone, which means Linux.
 * @throws `platform-invalid`
 */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  const [first = '', second, variant] = parts;
  if (parts.length > 3 || parts.some((part) => !/^[\w.-]+$/.test(part))) {
    throw imageError('platform-invalid', `"${text}" is not a platform`, {
      hint: 'write it like linux/arm64 or linux/arm/v7',
    });
  }
  return platform(second === undefined ? 'linux' : first, second ?? first, variant);
}

/** The platform whose images this host would run: its processor, and Linux, because containers are Linux wherever they run. */
export function hostPlatform(processor: string): Platform {
  return platform('linux', processor);
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === undefined || variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Whether what an image offers is what is wanted; a missing variant is the usual one. */
export function platformMatches(offered: Platform, wanted: Platform): boolean {
  return (
    offered.os === wanted.os && offered.architecture === wanted.architecture && variantOf(offered) === variantOf(wanted)
  );
}

function variantOf({ architecture, variant }: Platform): string | undefined {
  // Configurations say "" for no variant.
  return variant === undefined || variant === '' ? impliedVariants[architecture] : variant;
}

function platform(os: string, architecture: string, variant?: string): Platform {
  return { os, architecture: architectures[architecture] ?? architecture, variant };
}
