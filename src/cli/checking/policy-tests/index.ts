import type { TestKind } from './kind.ts';
import { kyverno } from './kyverno.ts';
import { ours } from './ours.ts';

/** Every kind of tests. To add one, write its file and name it here. */
export const testKinds: readonly TestKind[] = [ours, kyverno];
