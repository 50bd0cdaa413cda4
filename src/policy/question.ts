import type { JsonObject } from '#kit/narrow.ts';
import type { ImagePath } from './workloads/image-path.ts';
import { imagesOfObject, type ObjectImage } from './workloads/images-of-object.ts';

/** What a policy is asked: may these images run at this place, as part of this object? */
export interface Question {
  readonly place: Place;
  /** Every image that is named, with where; the same image may be named several times. */
  readonly images: readonly ImageUse[];
  /** What is to happen in a cluster; nothing where only images are asked about. */
  readonly request?: AdmissionRequest;
  /** Where else objects name images, as somebody configured. */
  readonly imagePaths: readonly ImagePath[];
}

/** The question whether a request may pass, about all images of its object. */
export function askAbout(request: AdmissionRequest, place: Place, imagePaths: readonly ImagePath[] = []): Question {
  return { place, images: imagesOfObject(request.object, imagePaths), request, imagePaths };
}

/** An image that is named, with its place in the object, if it is in one. */
export type ImageUse = Pick<ObjectImage, 'image'> & Partial<ObjectImage>;

/** Where it is asked. */
export interface Place {
  readonly gate: GateName;
  readonly cluster?: string;
  readonly namespace?: string;
}

/** Who asks. A policy may draw its lines otherwise at each. */
export const gateNames = ['check', 'admission', 'promotion', 'containerd', 'docker', 'audit'] as const;
export type GateName = (typeof gateNames)[number];

/** An admission request, as Kubernetes sends it (`admission.k8s.io/v1`), with the fields that policies may look at. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  readonly subResource: string;
  /** Empty for an object whose name is yet to be generated. */
  readonly name: string;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  readonly user: RequestUser;
  readonly object?: JsonObject;
  readonly oldObject?: JsonObject;
  readonly options?: JsonObject;
  readonly dryRun: boolean;
  /** The request as it came, for languages that can name any field of it. */
  readonly raw: JsonObject;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export interface RequestUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: JsonObject;
}
