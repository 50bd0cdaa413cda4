import { messageOf } from '#kit/error.ts';
import { formatReference } from '#image/reference.ts';
import { inField } from '#policy/cel/admission/in-field.ts';
import { compileExpression, type Expression } from '#policy/cel/expression.ts';
import { kubernetesLibraries } from '#policy/cel/libraries/index.ts';
import { regularExpression } from '#policy/cel/regular-expression.ts';
import { startRun } from '#policy/cel/run.ts';
import { bool, text } from '#policy/cel/type.ts';
import { image } from '#policy/languages/kyverno-cel/libraries/image.ts';
import type { WrittenImageValidating } from '#policy/languages/kyverno-cel/schema.ts';
import { referenceOf } from '#policy/languages/pin-images.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';

/** Whether a policy is about an image. @throws `expression-failed` */
export type MatchesImage = (written: string) => boolean;

/**
 * Reads which images a policy is about: any of globs and expressions, and all if there are none. Each is asked about the name as it is
 * written and as it is meant, so that no other way to write a name leads past a policy.
 * @throws `policy-invalid`
 */
export function readMatchReferences(
  written: NonNullable<WrittenImageValidating['spec']['matchImageReferences']>,
  path: string,
): MatchesImage {
  if (written.length === 0) return () => true;
  const matchers = written.map(({ glob, expression }, at) => {
    const field = `${path}[${at}]`;
    if ((glob === undefined) === (expression === undefined)) {
      throw invalidField(field, 'exactly one of glob and expression must be there');
    }
    if (glob !== undefined) return inField(`${field}.glob`, () => readGlob(glob));
    return readExpression(expression ?? '', `${field}.expression`);
  });
  return (name) => {
    const reference = referenceOf(name);
    // What is no reference is judged, and refused for that.
    if (reference === undefined) return true;
    const names = [name, formatReference(reference)];
    return matchers.some((matches) => names.some(matches));
  };
}

const environment = { variables: new Map([['ref', text]]), libraries: [...kubernetesLibraries, image] };

function readExpression(source: string, path: string): MatchesImage {
  const expression: Expression = inField(path, () => compileExpression(source, environment, bool));
  return (name) => expression.evaluate(new Map([['ref', () => name]]), startRun()) === true;
}

/** `*` and `**` for anything, `?` for one character, `[ab]` and `[!a-c]` for one of some, `{a,b}` for one of several. */
function readGlob(glob: string): MatchesImage {
  const parts = glob.match(/\\.|\*+|\?|\[!?[^\]]+\]|[{},]|[^\\*?[\]{},]+|[[\]\\]/gs) ?? [];
  let depth = 0;
  const source = parts.map((part) => {
    if (part.startsWith('*')) return '.*';
    if (part === '?') return '.';
    if (part === '{') {
      depth++;
      return '(?:';
    }
    if (part === '}') return depth-- > 0 ? ')' : String.raw`\}`;
    if (part === ',') return depth > 0 ? '|' : ',';
    if (part.length > 2 && part.startsWith('[')) return part.replace(/^\[!/, '[^').replaceAll('\\', '');
    return quoted(part.length === 2 && part.startsWith('\\') ? part.slice(1) : part);
  });
  if (depth !== 0) throw invalidField(glob, 'a brace does not end');
  try {
    const expression = regularExpression(`(?s)^(?:${source.join('')})$`);
    return (name) => expression.test(name);
  } catch (error) {
    throw invalidField(glob, `it is no glob: ${messageOf(error)}`);
  }
}

function quoted(part: string): string {
  return part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
