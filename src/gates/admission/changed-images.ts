import { askAbout, type AdmissionRequest, type ImageUse, type Question } from '#policy/question.ts';

/** The images that a request brings: all of a new object, and of one that is changed those that were not there before. */
export function broughtImages(question: Question): readonly ImageUse[] {
  const { request } = question;
  if (request === undefined) return question.images;
  const before = imagesBefore(request, question);
  return question.images.filter((use) => !before.has(keyOf(use)));
}

function imagesBefore(request: AdmissionRequest, { place, imagePaths }: Question): ReadonlySet<string> {
  if (request.operation !== 'UPDATE') return new Set();
  return new Set(askAbout({ ...request, object: request.oldObject }, place, imagePaths).images.map(keyOf));
}

/** The same image in the same container. */
function keyOf({ list, name, image }: ImageUse): string {
  return JSON.stringify([list, name, image]);
}
