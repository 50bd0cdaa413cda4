import { formatBytes } from '#kit/amounts.ts';
import { asObject, asText, asTexts, type JsonObject } from '#kit/narrow.ts';
import type { AdmissionRequest, GroupVersionKind, GroupVersionResource, RequestUser } from '#policy/question.ts';
import { gateError } from '#gates/errors.ts';
import { admissionLimits } from './limits.ts';
import { parseStrictJson } from '#gates/strict-json.ts';
import { wrongCaseIn } from './wrong-case.ts';

/** What came: a request, or something that is none, with the uid by which it may be answered if it has one. */
export type ReadReview =
  | { readonly kind: 'review'; readonly request: AdmissionRequest }
  | { readonly kind: 'refused'; readonly uid?: string; readonly error: ReturnType<typeof gateError> };

/**
 * Reads an `AdmissionReview` of `admission.k8s.io/v1`. What another reader could understand in another way is refused: keys that
 * are there twice or in wrong case, an object that is not of the kind that the request names.
 */
export function readReview(bytes: Uint8Array): ReadReview {
  if (bytes.length > admissionLimits.reviewBytes) {
    const most = formatBytes(admissionLimits.reviewBytes);
    return { kind: 'refused', error: gateError('review-too-large', `the review has more than ${most}`) };
  }
  const parsed = parseStrictJson(bytes, admissionLimits.reviewDepth);
  const review = asObject(parsed.value);
  const request = asObject(review?.['request']);
  const uid = asText(request?.['uid']);
  const problem = parsed.kind === 'problem' ? parsed.problem : problemOf(review, request);
  if (problem === undefined && request !== undefined) return { kind: 'review', request: requestOf(request) };
  const error = gateError('review-invalid', `the review is not usable: ${problem ?? 'it has no request'}`, {
    hint: 'send an AdmissionReview of admission.k8s.io/v1, as API servers do',
  });
  return { kind: 'refused', ...(uid === undefined || uid === '' || uid.length > 256 ? {} : { uid }), error };
}

const operations = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] as const;

function problemOf(review: JsonObject | undefined, request: JsonObject | undefined): string | undefined {
  if (review === undefined) return 'it is not an object';
  const wrongCase = wrongCaseIn(review);
  if (wrongCase !== undefined) return `it has the key "${wrongCase}", which is written otherwise`;
  if (review['apiVersion'] !== 'admission.k8s.io/v1' || review['kind'] !== 'AdmissionReview') {
    return 'it is not an AdmissionReview of admission.k8s.io/v1';
  }
  if (request === undefined) return 'it has no request';
  if ((asText(request['uid']) ?? '') === '') return 'its request has no uid';
  const operation = operations.find((one) => one === request['operation']);
  if (operation === undefined) return 'its operation is not known';
  if (asObject(request['kind']) === undefined || asObject(request['resource']) === undefined) {
    return 'its request does not say of which kind the object is';
  }
  if (kindOf(request['kind']).kind === '') return 'its request does not say of which kind the object is';
  const hasObject = operation === 'CREATE' || operation === 'UPDATE';
  if (hasObject && asObject(request['object']) === undefined) return 'its request has no object';
  return [request['object'], request['oldObject']]
    .map((one) => problemOfObject(one, kindOf(request['kind'])))
    .find(Boolean);
}

/** Policies look for images by the kind that an object says it is. */
function problemOfObject(value: unknown, { group, version, kind }: GroupVersionKind): string | undefined {
  if (value === undefined || value === null) return undefined;
  const object = asObject(value);
  if (object === undefined) return 'its object is none';
  const apiVersion = group === '' ? version : `${group}/${version}`;
  if (object['kind'] === kind && object['apiVersion'] === apiVersion) return undefined;
  return `its object is not of the kind that it names, ${apiVersion} ${kind}`;
}

function requestOf(raw: JsonObject): AdmissionRequest {
  const text = (key: string) => asText(raw[key]) ?? '';
  return {
    uid: text('uid'),
    operation: operations.find((one) => one === raw['operation']) ?? 'CONNECT',
    kind: kindOf(raw['kind']),
    resource: resourceOf(raw['resource']),
    subResource: text('subResource'),
    name: text('name'),
    namespace: text('namespace'),
    user: userOf(asObject(raw['userInfo']) ?? {}),
    object: asObject(raw['object']),
    oldObject: asObject(raw['oldObject']),
    options: asObject(raw['options']),
    dryRun: raw['dryRun'] === true,
    raw,
  };
}

function kindOf(value: unknown): GroupVersionKind {
  const { group, version, kind } = asObject(value) ?? {};
  return { group: asText(group) ?? '', version: asText(version) ?? '', kind: asText(kind) ?? '' };
}

function resourceOf(value: unknown): GroupVersionResource {
  const { group, version, resource } = asObject(value) ?? {};
  return { group: asText(group) ?? '', version: asText(version) ?? '', resource: asText(resource) ?? '' };
}

function userOf({ username, uid, groups, extra }: JsonObject): RequestUser {
  return { username: asText(username) ?? '', uid: asText(uid), groups: asTexts(groups), extra: asObject(extra) };
}
