import { z } from 'zod';
import { evaluate } from '#policy/cel/expression.ts';
import { fromJson } from '#policy/cel/json.ts';
import { startRun, type Run } from '#policy/cel/run.ts';
import type { Value } from '#policy/cel/value.ts';
import { readCondition } from '#policy/languages/trust-policy/expression.ts';
import { failed, passed, ruleKind, type AskedImage } from '#policy/languages/trust-policy/rule.ts';
import { reasonOf } from '#policy/reasons/reason.ts';

const schema = z
  .array(
    z.strictObject({
      name: z.string().min(1).describe('What it is about, in a word.'),
      expression: z
        .string()
        .min(1)
        .describe(
          'An expression of CEL that must be true. It may name image, digest, config, findings, packages, place and object.',
        ),
      message: z.string().optional().describe('What is said to whoever is refused.'),
    }),
  )
  .min(1)
  .max(100)
  .describe('What no field says: expressions of CEL that must be true for each image.');

/** What no field says: expressions of CEL about an image and where it is to run. */
export const expressions = ruleKind({
  name: 'expressions',
  schema,
  compile: (written) => {
    const compiled = written.map((one) => ({ ...one, compiled: readCondition(one.expression, [...variables.keys()]) }));
    return async (image) => {
      const [bindings, run] = [bindingsOf(image), startRun()];
      const judgements = await Promise.all(
        compiled.map(async ({ name, expression, message, compiled: one }) =>
          (await evaluate(one, bindings, run)) === true
            ? passed({ what: name, value: expression })
            : failed(reasonOf('expression-false', { expression: name }, message), { what: name, value: expression }),
        ),
      );
      return judgements;
    };
  },
  describe: (written) => ({
    en: written.map(({ name, expression, message }) => `${message ?? name}: it must hold that ${expression}.`),
    de: written.map(({ name, expression, message }) => `${message ?? name}: Es muss gelten ${expression}.`),
  }),
});

/** What an expression may name, and how it comes to be; what takes time is asked for only by those that name it. */
const variables: ReadonlyMap<string, (image: AskedImage, run: Run) => Value> = new Map([
  ['image', ({ reference, use }) => fromJson({ ...reference, name: use.image })],
  ['place', ({ question }) => fromJson(question.place)],
  ['object', ({ question }) => fromJson(question.request?.object ?? null)],
  ['digest', ({ evidence }, run) => run.waitFor('digest', async () => (await evidence.resolve()).digest)],
  [
    'config',
    ({ evidence }, run) => run.waitFor('config', async () => fromJson((await evidence.describe()).raw.config)),
  ],
  ['findings', ({ evidence }, run) => run.waitFor('findings', async () => fromJson(await findingsOf(evidence)))],
  ['packages', ({ evidence }, run) => run.waitFor('packages', async () => fromJson(await packagesOf(evidence)))],
]);

function bindingsOf(image: AskedImage): ReadonlyMap<string, (run: Run) => Value> {
  return new Map([...variables].map(([name, valueOf]) => [name, (run) => valueOf(image, run)]));
}

async function findingsOf(evidence: AskedImage['evidence']): Promise<unknown> {
  const { findings } = (await evidence.scan()).matched;
  return findings.map(({ id, aliases, kind, severity, fix, exploited, epss, package: { name, version, purl } }) => ({
    id,
    aliases,
    kind,
    severity: severity.level,
    score: severity.score ?? null,
    fixedIn: fix.versions,
    exploited: exploited !== undefined,
    epss: epss?.score ?? null,
    package: name,
    version,
    purl,
  }));
}

async function packagesOf(evidence: AskedImage['evidence']): Promise<unknown> {
  const { packages } = (await evidence.scan()).inventory;
  return packages.map(({ name, version, purl, type, licenses }) => ({ name, version, purl, type, licenses }));
}
