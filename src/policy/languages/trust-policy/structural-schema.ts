import { asList, asObject, asText, type JsonObject } from '#kit/narrow.ts';

/**
 * A JSON Schema as Kubernetes wants it: structural, so each value has one type, and said once. Where a value may have several, it
 * is left open, and so is each object: what is not known is neither refused there nor dropped, because a rule that was dropped in
 * silence would be a hole. Whoever reads the policy refuses it by name.
 *
 * Only what our own schemas use is understood; anything else is an error, so that nothing is lost unseen.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralSchema(schema: unknown): JsonObject {
  const { description, anyOf, ...rest } = asObject(schema) ?? {};
  const about = description === undefined ? {} : { description };
  if (anyOf !== undefined) return { ...about, ...eitherOf(asList(anyOf).map(structuralSchema)) };
  const stated = Object.entries(rest).map(([name, value]) => {
    const translate = keywords.get(name);
    if (translate === undefined) throw new Error(`"${name}" of JSON Schema is not known here`);
    return translate(value, rest);
  });
  return Object.assign(about, ...stated) as JsonObject;
}

const open = { 'x-kubernetes-preserve-unknown-fields': true };

type Translate = (value: unknown, schema: JsonObject) => JsonObject;
const asItIs = (name: string): [string, Translate] => [name, (value) => ({ [name]: value })];

const keywords: ReadonlyMap<string, Translate> = new Map<string, Translate>([
  ...['required', 'enum', 'format', 'minItems', 'maxItems', 'minLength', 'maxLength', 'minimum', 'maximum'].map(asItIs),
  ['type', (type) => (type === 'object' ? { type, ...open } : { type })],
  ['const', (value) => ({ enum: [value] })],
  ['items', (items) => ({ items: structuralSchema(items) })],
  ['properties', (properties) => propertiesOf(properties)],
  // Objects are open; what `false` says is checked when the policy is read.
  ['additionalProperties', () => ({})],
  ['exclusiveMinimum', (minimum) => ({ minimum, exclusiveMinimum: true })],
  // A format says the same, and in words.
  ['pattern', (pattern, { format }): JsonObject => (format === undefined ? { pattern } : {})],
]);

function propertiesOf(properties: unknown): JsonObject {
  const entries = Object.entries(asObject(properties) ?? {});
  if (entries.length === 0) return {};
  return { properties: Object.fromEntries(entries.map(([name, schema]) => [name, structuralSchema(schema)])) };
}

/** Objects of different shapes become one that has all their fields; values of different types are left open. */
function eitherOf(schemas: readonly JsonObject[]): JsonObject {
  if (schemas.some(({ type }) => asText(type) !== 'object')) return open;
  const properties = Object.assign({}, ...schemas.map((schema) => schema['properties'])) as JsonObject;
  const [first = [], ...others] = schemas.map(({ required }) => asList(required));
  const required = first.filter((name) => others.every((names) => names.includes(name)));
  return { type: 'object', ...open, properties, ...(required.length === 0 ? {} : { required }) };
}
