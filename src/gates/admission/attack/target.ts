import { asList, asObject, asText, parseJson, type JsonObject } from '#kit/narrow.ts';
import { applyPatch } from './apply-patch.ts';
import type { Tenant } from './tenant.ts';

/** A gate that is tried, and what it can be tried with. */
export interface Target {
  /** Asks a webhook as an API server does. One that the gate does not have changes nothing. */
  send(webhook: 'mutate' | 'validate', review: string, timeout?: number): Promise<Reply>;
  /** An image that must not run, and one that may, by their digests. */
  readonly bad: string;
  readonly good: string;
  /** A tag that can be moved, in the repository of both. */
  readonly movable?: Movable;
  /** A place that counts who connects to it, and that no gate has to reach for images. */
  readonly bait?: Bait;
  /** A registry, as the gate may reach it, whose answers have no end. */
  readonly endless?: Endless;
  /** Whose rights in the cluster are asked for. */
  readonly tenant?: Tenant;
  /** Images that must not run, each made for one way: by the name of the way. */
  readonly samples: ReadonlyMap<string, string>;
}

export interface Movable {
  readonly reference: string;
  moveTo(image: string): Promise<void>;
}

export interface Bait {
  /** Hosts with ports that lead to it. */
  readonly hosts: readonly string[];
  connections(): number;
}

export interface Endless {
  /** With its port. */
  readonly host: string;
  /** How many answers were begun, and how many bytes were taken of the longest. */
  sent(): { readonly answers: number; readonly most: number };
}

/** What came back: an answer, or none that counts. */
export type Reply =
  | { readonly kind: 'answer'; readonly response: JsonObject }
  | { readonly kind: 'error'; readonly problem: string };

/** What becomes of a request in an API server whose webhooks fail closed. */
export interface Admitted {
  readonly isAllowed: boolean;
  readonly object: JsonObject;
  readonly message: string;
}

/** Asks both webhooks, the second about what the first has made of the object. */
export async function admit(target: Target, review: JsonObject | string): Promise<Admitted> {
  // What is not to be parsed on the way goes as it is.
  if (typeof review === 'string') return validated(target, review, {});
  const mutated = await mutate(target, review);
  return mutated.isAllowed ? validate(target, review, mutated.object) : mutated;
}

/** What the mutating webhook makes of the object, if it does not deny it. */
export async function mutate(target: Target, review: JsonObject): Promise<Admitted> {
  const object = objectOf(review);
  const admitted = admittedBy(await target.send('mutate', JSON.stringify(review)), object);
  if (!admitted.isAllowed || admitted.patch === undefined) return admitted;
  const changed = applyPatch(object, asList(parseJson(Buffer.from(admitted.patch, 'base64'))));
  if (changed === undefined) return { isAllowed: false, object, message: 'the patch does not fit the object' };
  return { ...admitted, object: changed };
}

/** What the validating webhook says of an object. */
export function validate(target: Target, review: JsonObject, object: JsonObject): Promise<Admitted> {
  const request = { ...asObject(review['request']), object };
  return validated(target, JSON.stringify({ ...review, request }), object);
}

async function validated(target: Target, text: string, object: JsonObject): Promise<Admitted> {
  return admittedBy(await target.send('validate', text), object);
}

function admittedBy(reply: Reply, object: JsonObject): Admitted & { readonly patch?: string } {
  if (reply.kind === 'error') return { isAllowed: false, object, message: reply.problem };
  const { allowed, status, patch } = reply.response;
  return {
    isAllowed: allowed === true,
    object,
    message: asText(asObject(status)?.['message']) ?? '',
    ...(typeof patch === 'string' ? { patch } : {}),
  };
}

function objectOf(review: JsonObject): JsonObject {
  return asObject(asObject(review['request'])?.['object']) ?? {};
}

/** The digest of an image that is named by it. */
export function digestIn(image: string): string {
  return image.slice(image.indexOf('@') + 1);
}
