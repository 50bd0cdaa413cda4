import type { JsonObject } from '#kit/narrow.ts';
import type { PatchStep } from './patch.ts';

/** What an API server is told (`AdmissionResponse` of `admission.k8s.io/v1`). */
export type Answer =
  | {
      readonly allowed: true;
      readonly patch?: readonly PatchStep[];
      readonly warnings?: readonly string[];
      readonly audit?: Audit;
    }
  | {
      readonly allowed: false;
      /** The status of HTTP that whoever asked the API server gets, from 400. */
      readonly code: 400 | 403 | 413 | 503;
      readonly message: string;
      readonly warnings?: readonly string[];
      readonly audit?: Audit;
    };

/** What the API server writes into its audit log. */
export type Audit = Readonly<Record<string, string>>;

/** Writes the review that answers the request with this uid. */
export function writeReview(uid: string, answer: Answer): JsonObject {
  const { allowed, warnings = [], audit = {} } = answer;
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed,
      ...(answer.allowed ? patchOf(answer.patch ?? []) : { status: statusOf(answer.code, answer.message) }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(Object.keys(audit).length === 0 ? {} : { auditAnnotations: audit }),
    },
  };
}

function patchOf(steps: readonly PatchStep[]): JsonObject {
  if (steps.length === 0) return {};
  return { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(steps)).toString('base64') };
}

const reasons = {
  400: 'BadRequest',
  403: 'Forbidden',
  413: 'RequestEntityTooLarge',
  503: 'ServiceUnavailable',
} as const;

function statusOf(code: keyof typeof reasons, message: string): JsonObject {
  return { status: 'Failure', code, reason: reasons[code], message };
}
