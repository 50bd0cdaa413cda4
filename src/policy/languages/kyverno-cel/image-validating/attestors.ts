import { inField } from '#policy/cel/admission/in-field.ts';
import type { Bindings, Environment } from '#policy/cel/compile/compile.ts';
import { compileExpression } from '#policy/cel/expression.ts';
import type { Run } from '#policy/cel/run.ts';
import { text } from '#policy/cel/type.ts';
import type { Value } from '#policy/cel/value.ts';
import { policyError } from '#policy/errors.ts';
import type { WrittenAttestor, WrittenTextOrExpression } from '#policy/languages/kyverno-cel/schema.ts';
import { invalidField } from '#policy/languages/read-strictly.ts';
import { readAttestor, type Attestor } from './attestor.ts';
import { attestorType } from './verification.ts';

/** Works out an attestor, of which keys and certificates may be expressions. */
export interface NamedAttestor {
  readonly name: string;
  readonly make: (bindings: Bindings, run: Run) => Attestor;
}

/** Reads attestors. Those without expressions are read at once. @throws `policy-invalid`, `policy-unsupported` */
export function readAttestors(
  written: readonly WrittenAttestor[],
  path: string,
  environment: Environment,
): readonly NamedAttestor[] {
  const names = written.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalidField(path, 'two attestors have the same name');
  return written.map((attestor, at) => readOne(attestor, `${path}[${at}]`, environment));
}

/**
 * The values of `attestors.NAME`. Variables may name attestors, and expressions of attestors variables.
 * @param all the values of everything, once they are bound
 */
export function attestorBindings(
  attestors: readonly NamedAttestor[],
  all: () => Bindings,
): readonly (readonly [string, (run: Run) => Value])[] {
  return attestors.map(({ name, make }) => [`attestors.${name}`, (run: Run) => attestorType.wrap(make(all(), run))]);
}

type Evaluate = (bindings: Bindings, run: Run) => WrittenTextOrExpression;

function readOne(written: WrittenAttestor, path: string, environment: Environment): NamedAttestor {
  const { name, cosign, notary } = written;
  const dynamic = new Map<string, Evaluate>();
  const note = (field: string, given: WrittenTextOrExpression | undefined) => {
    const { value = '', expression: source = '' } = given ?? {};
    if (source === '') return;
    if (value !== '') throw invalidField(`${path}.${field}`, 'it has a value and an expression');
    const place = `${path}.${field}.expression`;
    const expression = inField(place, () => compileExpression(source, environment, text));
    dynamic.set(field, (bindings, run) => ({ value: asWritten(expression.evaluate(bindings, run), place) }));
  };
  note('cosign.key', {
    value: (cosign?.key?.data ?? '') + (cosign?.key?.kms ?? ''),
    expression: cosign?.key?.expression,
  });
  note('cosign.certificate.cert', cosign?.certificate?.cert);
  note('cosign.certificate.certChain', cosign?.certificate?.certChain);
  note('notary.certs', notary?.certs);
  note('notary.tsaCerts', notary?.tsaCerts);
  if (dynamic.size === 0) {
    const attestor = readAttestor(written, path);
    return { name, make: () => attestor };
  }
  return {
    name,
    make: (bindings, run) => {
      const at = (field: string, given: WrittenTextOrExpression | undefined) =>
        dynamic.get(field)?.(bindings, run) ?? given;
      const key = dynamic.get('cosign.key')?.(bindings, run);
      const resolved: WrittenAttestor = {
        name,
        cosign: cosign && {
          ...cosign,
          key: key === undefined ? cosign.key : { data: key.value, hashAlgorithm: cosign.key?.hashAlgorithm },
          certificate: cosign.certificate && {
            cert: at('cosign.certificate.cert', cosign.certificate.cert),
            certChain: at('cosign.certificate.certChain', cosign.certificate.certChain),
          },
        },
        notary: notary && { certs: at('notary.certs', notary.certs), tsaCerts: at('notary.tsaCerts', notary.tsaCerts) },
      };
      return readAttestor(resolved, path);
    },
  };
}

function asWritten(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw policyError('expression-failed', `${place} gives no text`);
}
