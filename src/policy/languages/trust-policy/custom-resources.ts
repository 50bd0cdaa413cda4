import { z } from 'zod';
import { asList, asObject, type JsonObject } from '#kit/narrow.ts';
import { exceptionSchema } from './exception.ts';
import { apiVersion, trustPolicySchema } from './schema.ts';
import { structuralSchema } from './structural-schema.ts';

/**
 * What tells a cluster of policies and exceptions as objects of its own. A policy is of the whole cluster; an exception lies in a
 * namespace, because policies accept exceptions by where they are.
 */
export function customResourceDefinitions(): readonly NamedDefinition[] {
  return [
    define({
      kind: 'TrustPolicy',
      plural: 'trustpolicies',
      scope: 'Cluster',
      schema: trustPolicySchema,
      columns: { Mode: '.spec.mode', Description: '.spec.description' },
    }),
    define({
      kind: 'TrustException',
      plural: 'trustexceptions',
      scope: 'Namespaced',
      schema: exceptionSchema,
      columns: { Policy: '.spec.policy', Approver: '.spec.approver', Expires: '.spec.expires' },
    }),
  ];
}

/** A definition, and what it is called. */
export interface NamedDefinition {
  readonly name: string;
  readonly definition: JsonObject;
}

interface CustomResource {
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly schema: z.ZodType;
  /** What `kubectl get` shows. */
  readonly columns: Readonly<Record<string, string>>;
}

function define({ kind, plural, scope, schema, columns }: CustomResource): NamedDefinition {
  const [group = '', version = ''] = apiVersion.split('/');
  const singular = kind.toLowerCase();
  const name = `${plural}.${group}`;
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope,
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: wholeSchema(schema) },
          additionalPrinterColumns: Object.entries(columns).map(([title, jsonPath]) => ({
            name: title,
            type: 'string',
            jsonPath,
          })),
        },
      ],
    },
  };
  return { name, definition };
}

/** What Kubernetes itself knows of every object is left to it. */
function wholeSchema(schema: z.ZodType): JsonObject {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, { io: 'input' });
  const whole = structuralSchema(written);
  const own = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
  const required = asList(whole['required']).filter((name) => name === 'spec');
  return { ...whole, required, properties: { ...asObject(whole['properties']), ...own } };
}
