import type { JsonObject } from '#kit/narrow.ts';
import { creationOf } from '#policy/creation.ts';
import { askAbout, type AdmissionRequest, type Question, type RequestUser } from '#policy/question.ts';

/** The question whether an object of a test may be made, changed or deleted. */
export function askAboutObject(
  object: JsonObject,
  operation: AdmissionRequest['operation'],
  user: RequestUser,
): Question {
  const { raw: _, ...created } = creationOf(object);
  const isDeleted = operation === 'DELETE';
  const request: AdmissionRequest = {
    ...created,
    operation,
    user,
    ...(isDeleted ? { object: undefined, oldObject: object } : {}),
    dryRun: false,
    raw: {},
  };
  return askAbout(request, { gate: 'check', namespace: request.namespace });
}
