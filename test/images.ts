import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder with the images that `.ci/run` builds. */
const images = process.env['BULLA_TEST_IMAGES'] ?? join(homedir(), '.cache/bulla-test-images');

/** Real images, each an OCI layout of its own. What is in them is said where they are built. */
export const realImages = {
  /** Debian 12, and nothing else, in one layer. */
  minbase: { layout: join(images, 'debian-minbase'), tag: 'bookworm' },
  /** The same with an application: packages of Debian, then packages of npm, then deletions. */
  app: { layout: join(images, 'app-full'), tag: '1.0' },
  /** A program in Go on a few packages of Debian, without a shell. */
  distroless: { layout: join(images, 'distroless-go'), tag: '1.0' },
} as const;

type RealImage = keyof typeof realImages;

/** How the command line names one of them. */
export function sourceOf(image: RealImage): string {
  return `oci:${realImages[image].layout}:${realImages[image].tag}`;
}

/** The reason to skip a test that needs real images, or nothing if they are there. */
export const missingImages = Object.values(realImages).every(({ layout }) => existsSync(join(layout, 'index.json')))
  ? undefined
  : `the images are not in ${images}: .ci/run builds them, and BULLA_TEST_IMAGES says where they are`;
