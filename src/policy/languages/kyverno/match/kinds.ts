import { isLike } from '#policy/languages/kyverno/values/wildcard.ts';
import type { GroupVersionKind } from '#policy/question.ts';

/** A kind as policies name it: `Pod`, `apps/v1/Deployment`, `v1/Pod`, `Pod/exec`, `Task.status`, `*`. Each part may have wildcards. */
interface KindSelector extends GroupVersionKind {
  readonly subResource: string;
}

const version = /^(?:v\d+(?:(?:alpha|beta)\d+)?|\*)$/;

/** Reads a kind. What it cannot be is a kind that no object is of. */
function readKind(written: string): KindSelector {
  const steps = written.split('/');
  const parts = [...steps.slice(0, -1), ...(steps.at(-1) ?? '').split('.')];
  const [first = '', second = '', third = '', fourth = ''] = parts;
  switch (parts.length) {
    case 1:
      return { group: '*', version: '*', kind: first, subResource: '' };
    case 2:
      if (first === '*' && second === '*') return { group: '*', version: '*', kind: '*', subResource: '*' };
      if (first === '*' && second === second.toLowerCase()) {
        return { group: '*', version: '*', kind: '*', subResource: second };
      }
      return version.test(first)
        ? { group: '*', version: first, kind: second, subResource: '' }
        : { group: '*', version: '*', kind: first, subResource: second };
    case 3:
      return version.test(first)
        ? { group: '*', version: first, kind: second, subResource: third }
        : { group: first, version: second, kind: third, subResource: '' };
    case 4:
      return { group: first, version: second, kind: third, subResource: fourth };
    default:
      return { group: '', version: '', kind: '', subResource: '' };
  }
}

/** Whether a kind is one of those named. Who names pods means their ephemeral containers too. */
export function isOfKinds(written: readonly string[], kind: GroupVersionKind, subResource: string): boolean {
  return written.map(readKind).some((wanted) => {
    const isKind =
      isLike(wanted.group, kind.group) && isLike(wanted.version, kind.version) && isLike(wanted.kind, kind.kind);
    const isEphemeral = kind.group === '' && kind.kind === 'Pod' && subResource === 'ephemeralcontainers';
    return isKind && (isLike(wanted.subResource, subResource) || isEphemeral);
  });
}

/** Whether a kind is named, whatever its group and version. */
export function namesKind(written: readonly string[], kind: string): boolean {
  return written.some((one) => readKind(one).kind === kind);
}
