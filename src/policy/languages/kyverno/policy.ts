import { asObject, asText, asTextMap, asList, type JsonObject } from '#kit/narrow.ts';
import type { Said } from '#policy/description/said.ts';
import { readStrictly, withoutNulls } from '#policy/languages/read-strictly.ts';
import type { PolicyDocument } from '#policy/policy.ts';
import { withGenerated } from './autogen.ts';
import { readCelConditions, type CelConditions } from './cel/checks.ts';
import { exceptionsOf, type Exception } from './exception.ts';
import { readLeniency } from './leniency.ts';
import { namesKind } from './match/kinds.ts';
import { changesOthers, readRule, type Rule } from './rule.ts';
import { policySchema, type WrittenCelConditions } from './schema/policy.ts';

/** A policy of Kyverno that was understood whole. */
export interface KyvernoPolicy {
  /** With its namespace before it, if it is one of a namespace. */
  readonly name: string;
  /** The namespace that alone it is about. */
  readonly namespace: string | undefined;
  readonly spec: JsonObject;
  /** The rules that are written, and those that follow for kinds that make pods. */
  readonly rules: readonly Rule[];
  readonly exceptions: readonly Exception[];
  /** What must hold for the policy to be asked at all. */
  readonly matchConditions: CelConditions;
  readonly remarks: readonly Said[];
}

/**
 * Reads a policy with the exceptions that are about it.
 * @throws `policy-invalid`, `policy-unsupported` with the path of the field
 */
export function readPolicy({ body }: PolicyDocument, companions: readonly PolicyDocument[]): KyvernoPolicy {
  readStrictly(policySchema, body);
  const metadata = asObject(body['metadata']) ?? {};
  const spec = asObject(body['spec']) ?? {};
  const namespace = body['kind'] === 'Policy' ? (asText(metadata['namespace']) ?? 'default') : undefined;
  const name = [namespace, asText(metadata['name'])].filter((part) => part !== undefined).join('/');
  const leniency = readLeniency(metadata);
  const written = asList(spec['rules']).map((rule) => asObject(rule) ?? {});
  const rules = withGenerated(written, asTextMap(metadata['annotations'])).map((rule, index) => {
    const path =
      rule.kinds === undefined ? `spec.rules[${index}]` : `spec.rules (${asText(rule.written['name']) ?? ''})`;
    return readRule(rule.written, path, leniency, rule.kinds);
  });
  // The schema has checked it.
  const conditions = asObject(withoutNulls(spec['webhookConfiguration']))?.['matchConditions'] as
    | WrittenCelConditions
    | undefined;
  return {
    name,
    namespace,
    spec,
    rules,
    exceptions: exceptionsOf(name, companions),
    matchConditions: readCelConditions(conditions, 'spec.webhookConfiguration.matchConditions'),
    remarks: remarksOf(spec, written, rules),
  };
}

/** What whoever wrote a policy may not have meant. */
function remarksOf(spec: JsonObject, written: readonly JsonObject[], rules: readonly Rule[]): readonly Said[] {
  const remarks: Said[] = [];
  const isForPods = written.some((rule) => namesKind(kindsIn(rule['match']), 'Pod'));
  if (isForPods && rules.length === written.length) {
    remarks.push({
      en: 'no rules follow for kinds that make pods, such as Deployments: only pods themselves are looked at',
      de: 'für Arten, die Pods erzeugen, wie Deployments, folgen keine Regeln: nur Pods selbst werden angesehen',
    });
  }
  if (spec['failurePolicy'] === 'Ignore')
    remarks.push({
      en: 'failurePolicy is Ignore: what cannot be found out is still unknown',
      de: 'failurePolicy ist Ignore: was nicht herauszufinden ist, ist dennoch unbekannt',
    });
  for (const { name, validate, written: rule } of rules.slice(0, written.length)) {
    if (changesOthers(rule))
      remarks.push({
        en: `rule ${name} changes objects that are already there, which is left to Kyverno: it decides nothing here`,
        de: `Regel ${name} ändert Objekte, die schon da sind; das bleibt Kyverno überlassen: hier entscheidet sie nichts`,
      });
    const lists = JSON.stringify(validate?.['pattern'] ?? {});
    const isPartial = lists.includes('"image"') && lists.includes('containers"') && !/init|ephemeral/i.test(lists);
    if (isPartial)
      remarks.push({
        en: `rule ${name} looks at containers, and neither at init containers nor at ephemeral ones`,
        de: `Regel ${name} sieht Container an, aber weder Init-Container noch ephemere`,
      });
    const isInsecure = JSON.stringify(rule).includes('"allowInsecureRegistry":true');
    if (isInsecure)
      remarks.push({
        en: `rule ${name} allows insecure registries, which is for the configuration to say`,
        de: `Regel ${name} erlaubt unsichere Registries; das zu sagen ist Sache der Konfiguration`,
      });
  }
  return remarks;
}

function kindsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(kindsIn);
  return Object.entries(asObject(value) ?? {}).flatMap(([key, inner]) =>
    key === 'kinds' ? asList(inner).filter((kind) => typeof kind === 'string') : kindsIn(inner),
  );
}
